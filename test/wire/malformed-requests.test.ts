import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { postBody } from '../support/graphql/post.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'

const api = await startTestApi()
const { token } = await api.createWorkspace()
const port = Number(new URL(api.url).port)

/** Sends the request line and headers unchanged. Returns the response as received. */
function raw(requestLine: string, headers: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`${[`${requestLine} HTTP/1.1`, ...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`)
    })
    socket.setEncoding('utf8')
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
  })
}

const query = encodeURIComponent('{ viewer { role } }')

test.for<[what: string, requestLine: string, host: string, status: number]>([
  ['a host with a space', 'GET /graphql', 'a b', 400],
  ['a host that is a bracket', 'GET /graphql', '[', 400],
  ['a host with a path', `GET /graphql?query=${query}`, 'a/b', 400],
  ['a URL of two slashes', 'GET //', 'localhost', 404],
  ['a URL with an invalid host', 'GET http://[', 'localhost', 400],
  ['a URL of an asterisk', 'OPTIONS *', 'localhost', 400],
])('%s is rejected without internal details', async ([_what, requestLine, host, status]) => {
  const answer = await raw(requestLine, [`Host: ${host}`])

  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  expect(answer).toContain('application/json')
  expect(answer).toContain('"error"')
  expect(answer).not.toMatch(/\n\s+at |node_modules|\.ts/)
})

test.for(['variables={', 'variables=x', 'extensions=[', 'variables=%00'])(
  'a GET request with %s is rejected with 422',
  async (parameter) => {
    const response = await fetch(`${api.url}/graphql?query=${query}&${parameter}`, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/graphql-response+json' },
    })

    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] })
  },
)

const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

test.for<[what: string, body: string]>([
  [
    'variables nested 5,000 levels deep',
    `{"query":"query ($v: [String!]!) { contactsByExternalId(externalIds: $v) { id } }","variables":{"v":${deep(5_000)}}}`,
  ],
  [
    'a filter nested 5,000 levels deep',
    `{"query":"query ($f: ContactFilter) { contacts(filter: $f) { totalCount } }","variables":{"f":${'{"not":'.repeat(5_000)}{}${'}'.repeat(5_000)}}}`,
  ],
  [
    'a custom field value nested 5,000 levels deep',
    `{"query":"mutation ($v: JSON) { createContact(input: { customFields: [{ key: \\"a\\", value: $v }] }) { __typename } }","variables":{"v":${deep(5_000)}}}`,
  ],
  [
    'list literals nested 2,400 levels deep',
    JSON.stringify({ query: `{ contacts(filter: { and: ${deep(2_400)} }) { totalCount } }` }),
  ],
  [
    'list types nested 2,000 levels deep',
    JSON.stringify({ query: `query ($v: ${'['.repeat(2_000)}Int${']'.repeat(2_000)}) { viewer { role } }` }),
  ],
  ['fields nested 1,600 levels deep', JSON.stringify({ query: `${'{ a '.repeat(1_600)}${'}'.repeat(1_600)}` })],
])('400 and an error code: %s', async ([_what, body]) => {
  const { status, data, errors } = await postBody(api.url, body, { token })

  expect({ status, data, code: errors[0]?.extensions?.code }).toEqual({
    status: 400,
    data: null,
    code: 'NESTING_LIMIT',
  })
})
