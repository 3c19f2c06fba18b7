/** One HTTP answer, complete before anything is sent, so that a fault can still corrupt it. */
export interface Answer {
  status: number
  /** Text, or its bytes. */
  body: string | Buffer
  /** null sends none at all, as a failing edge server does. */
  contentType: string | null
  headers?: Record<string, string>
}

export const JSON_TYPE = 'application/json;charset=utf-8'
export const HTML_TYPE = 'text/html; charset=utf-8'

export const jsonText = (body: string, status = 200): Answer => ({ status, body, contentType: JSON_TYPE })

const comma = Buffer.from(',')

/**
 * A body with many records, each turned into bytes by itself. As one string, a single character outside Latin-1 would
 * make the whole string twice as long and several times as slow to build.
 */
export const jsonRows = (head: string, rows: readonly string[], tail: string, status = 200): Answer => {
  const parts = rows.flatMap((row, index) => (index === 0 ? [Buffer.from(row)] : [comma, Buffer.from(row)]))
  const body = Buffer.concat([Buffer.from(head), ...parts, Buffer.from(tail)])
  return { status, body, contentType: JSON_TYPE }
}

export const json = (value: unknown, status = 200): Answer => jsonText(JSON.stringify(value), status)

export const html = (body: string, status = 200): Answer => ({ status, body, contentType: HTML_TYPE })

export const redirect = (location: string): Answer => ({
  status: 302,
  body: '',
  contentType: null,
  headers: { location },
})
