import { get, type IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { startTestApi } from '../support/graphql/start-test-api.ts'

const api = await startTestApi({ options: { corsOrigins: ['https://app.example'] } })
const { token } = await api.createWorkspace()

const ask = (headers: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(`${api.url}/graphql?query={viewer{role}}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...headers },
  })

test.for<Record<string, string>>([
  {},
  { origin: 'https://app.example' },
  { origin: 'https://other.example' },
  { authorization: 'Bearer x' },
])('answers are not cached and vary by origin: %j', async (headers) => {
  const response = await ask(headers)

  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('vary')).toMatch(/\borigin\b/i)
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
})

test('media types are case-insensitive', async () => {
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'Application/GraphQL-Response+JSON',
      'content-type': 'Application/JSON; Charset=UTF-8',
    },
    body: JSON.stringify({ query: '{ viewer { role } }' }),
  })

  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8')
})

test('idle connections stay open longer than those of load balancers', async () => {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${api.url}/health/live`, { headers: { connection: 'keep-alive' } }, resolve).on('error', reject)
  })
  response.resume()

  // Google's load balancers keep one for 600 seconds. Others keep it for less.
  expect(Number(/timeout=(\d+)/.exec(String(response.headers['keep-alive']))?.[1])).toBeGreaterThan(600)
})

test('a subscription by a client that does not accept a stream is rejected and does not keep running', async () => {
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'subscription { syncProgress { status } }' }),
  })

  expect(response.status).toBe(406)
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_ACCEPTABLE' } }] })
})

/** Returns the body as received, since fetch would decompress it. */
function getPage(headers: Record<string, string>): Promise<{ message: IncomingMessage; body: Buffer }> {
  return new Promise((resolve, reject) => {
    get(`${api.url}/graphql`, { headers: { accept: 'text/html', ...headers } }, (message) => {
      const chunks: Buffer[] = []
      message.on('data', (chunk) => chunks.push(chunk))
      message.on('end', () => resolve({ message, body: Buffer.concat(chunks) }))
    }).on('error', reject)
  })
}

test('GraphiQL is compressed, cached by the browser, and cannot be shown in a frame', async () => {
  const { message, body } = await getPage({ 'accept-encoding': 'gzip, br' })
  const plain = await getPage({})
  const again = await getPage({ 'if-none-match': message.headers.etag ?? '' })

  expect(message.headers).toMatchObject({
    'content-encoding': 'gzip',
    'x-frame-options': 'DENY',
    'content-security-policy': "frame-ancestors 'none'",
    'cache-control': expect.stringContaining('max-age='),
  })
  expect(body.length).toBeLessThan(plain.body.length / 2)
  expect(gunzipSync(body).equals(plain.body)).toBe(true)
  expect({ status: again.message.statusCode, length: again.body.length }).toEqual({ status: 304, length: 0 })
})
