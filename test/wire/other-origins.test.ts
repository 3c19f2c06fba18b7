import { expect, test } from 'vitest'
import { startTestApi } from '../support/graphql/start-test-api.ts'

const app = 'https://app.example.com'
const elsewhere = 'https://elsewhere.example'
const query = '{ viewer { role } }'

const api = await startTestApi({ options: { corsOrigins: [app, 'https://admin.example.com'] } })
const { token } = await api.createWorkspace()

function send(url: string, { origin, ...init }: RequestInit & { origin?: string }) {
  const headers = new Headers(init.headers)
  if (origin !== undefined) headers.set('origin', origin)
  return fetch(`${url}/graphql`, { method: 'POST', ...init, headers })
}

const asked = {
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  body: JSON.stringify({ query }),
}
const preflight = {
  method: 'OPTIONS',
  headers: { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' },
}

test('a page of an allowed origin can send requests and read answers', async () => {
  const before = await send(api.url, { ...preflight, origin: app })
  const answer = await send(api.url, { ...asked, origin: app })

  expect(before.status).toBe(204)
  expect(before.headers.get('access-control-allow-origin')).toBe(app)
  expect(before.headers.get('access-control-allow-headers')).toBe('authorization, content-type, x-workspace-id')
  expect(answer.headers.get('access-control-allow-origin')).toBe(app)
  // Browsers must never add credentials of their own.
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  expect(await answer.json()).toMatchObject({ data: { viewer: { role: 'WORKSPACE_ADMIN' } } })
})

test('a page of another origin can neither send requests nor read answers', async () => {
  const before = await send(api.url, { ...preflight, origin: elsewhere })
  const answer = await send(api.url, { ...asked, origin: elsewhere })

  expect(before.headers.get('access-control-allow-origin')).toBeNull()
  expect(before.headers.get('access-control-allow-headers')).toBeNull()
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
})

test('unless the operator allows origins, no page of another origin can read answers', async () => {
  const closed = await startTestApi()

  const before = await send(closed.url, { ...preflight, origin: app })

  expect(before.headers.get('access-control-allow-origin')).toBeNull()
})

test.for([
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/graphql',
  undefined,
])('a content type that HTML forms can send is rejected: %s', async (contentType) => {
  const body = contentType === 'application/x-www-form-urlencoded' ? `query=${encodeURIComponent(query)}` : asked.body
  const answer = await send(api.url, {
    headers: {
      authorization: `Bearer ${token}`,
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
    },
    body: contentType === undefined ? new Blob([body]) : body,
    origin: elsewhere,
  })

  expect(answer.status).toBe(415)
  expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' } }] })
})
