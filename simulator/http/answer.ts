/** One HTTP answer, complete before anything is sent, so that a fault can still spoil it. */
export interface Answer {
  status: number
  body: string
  /** null sends none at all, as an edge server in trouble does. */
  contentType: string | null
  headers?: Record<string, string>
}

export const JSON_TYPE = 'application/json;charset=utf-8'
export const HTML_TYPE = 'text/html; charset=utf-8'

export const jsonText = (body: string, status = 200): Answer => ({ status, body, contentType: JSON_TYPE })

export const json = (value: unknown, status = 200): Answer => jsonText(JSON.stringify(value), status)

export const html = (body: string, status = 200): Answer => ({ status, body, contentType: HTML_TYPE })

export const redirect = (location: string): Answer => ({
  status: 302,
  body: '',
  contentType: null,
  headers: { location },
})
