import { expect, test } from 'vitest'
import { startTestApi } from '../support/graphql/start-test-api.ts'

// Sections of the GraphQL over HTTP specification of September 2026.
const api = await startTestApi()
const { token } = await api.createWorkspace()

const current = 'application/graphql-response+json'
const legacy = 'application/json'
type Method = 'GET' | 'POST'
const methods: readonly Method[] = ['GET', 'POST']

interface Parameters {
  readonly query?: string
  readonly operationName?: string
  readonly variables?: unknown
  readonly extensions?: unknown
}

function send(method: Method, parameters: Parameters & Record<string, unknown>, accept: string) {
  const headers = { authorization: `Bearer ${token}`, accept }
  if (method === 'POST') {
    const body = JSON.stringify(parameters)
    return fetch(`${api.url}/graphql`, { method, body, headers: { ...headers, 'content-type': 'application/json' } })
  }
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    search.set(name, typeof value === 'string' ? value : JSON.stringify(value))
  }
  return fetch(`${api.url}/graphql?${search}`, { headers })
}

const cases: readonly [
  section: string,
  what: string,
  parameters: Parameters & Record<string, unknown>,
  status: number,
][] = [
  ['Status Codes', 'data without errors', { query: '{ viewer { role } }' }, 200],
  ['Status Codes', 'data and errors', { query: '{ viewer { role } hubspotLists { totalCount } }' }, 294],
  ['Status Codes', 'data that is null, and errors', { query: '{ contacts(first: 101) { totalCount } }' }, 294],
  ['Invalid parameters', 'no query', {}, 422],
  ['Invalid parameters', 'another name for the query', { qeury: '{ __typename }' }, 422],
  ['Invalid parameters', 'variables that are a list', { query: '{ __typename }', variables: [7] }, 422],
  ['Document parsing failure', 'a document that is cut off', { query: '{' }, 400],
  ['Document validation failure', 'a field that does not exist', { query: '{ nothing }' }, 422],
  ['Validation', 'an operation beyond the limits', { query: `{ ${'a: __typename '.repeat(60)} }` }, 422],
  [
    'Operation cannot be determined',
    'a name that no operation has',
    { query: 'query A { __typename }', operationName: 'B' },
    422,
  ],
  ['Operation cannot be determined', 'two operations', { query: 'query A { __typename } query B { __typename }' }, 422],
  [
    'Variable coercion failure',
    'a variable of another type',
    { query: 'query ($n: Int!) { contacts(first: $n) { totalCount } }', variables: { n: 'x' } },
    422,
  ],
  ['JSON Encoding', 'a property that nobody knows', { query: '{ __typename }', unknown: 1 }, 200],
  [
    'Request Parameters',
    'null for what may be left out',
    { query: '{ __typename }', variables: null, extensions: null },
    200,
  ],
]

for (const method of methods) {
  for (const accept of [current, legacy]) {
    test.for(cases)(`"%s": ${method} with ${accept}: %s`, async ([_section, _what, parameters, status]) => {
      const response = await send(method, parameters, accept)
      const body = (await response.json()) as { data?: unknown; errors?: unknown[] }

      expect(response.status).toBe(status)
      // "Body": a legacy client gets its own media type only with a success status.
      const isSuccess = status < 300
      expect(response.headers.get('content-type')).toBe(`${isSuccess ? accept : current}; charset=utf-8`)
      expect('data' in body).toBe(isSuccess)
      expect('errors' in body).toBe(status !== 200)
    })
  }
}

test.for<[accept: string, expected: string]>([
  ['*/*', legacy],
  [`${legacy};q=0.5, ${current}`, current],
  [`${current};q=0.1, ${legacy}`, legacy],
  [`${legacy}, ${current}`, legacy],
  ['application/*', legacy],
  ['APPLICATION/JSON; charset=utf-8', legacy],
])('"Body": accept %j is answered as %s', async ([accept, expected]) => {
  const response = await send('POST', { query: '{ __typename }' }, accept)

  expect(response.headers.get('content-type')).toBe(`${expected}; charset=utf-8`)
})

test('"Body": a request that accepts no supported media type is rejected with 406 before it is executed', async () => {
  const mutation = 'mutation { createContact(input: { name: "Nobody" }) { __typename } }'

  const response = await send('POST', { query: mutation }, 'image/png')

  expect(response.status).toBe(406)
  expect(await api.database.prisma.contact.count({ where: { name: 'Nobody' } })).toBe(0)
})

test('"JSON parsing failure": a body that is not JSON is rejected with 400', async () => {
  for (const body of ['NONSENSE', '{"query":']) {
    const headers = { authorization: `Bearer ${token}`, accept: current, 'content-type': 'application/json' }
    const response = await fetch(`${api.url}/graphql`, { method: 'POST', body, headers })

    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      errors: [expect.objectContaining({ extensions: { code: 'BAD_REQUEST' } })],
    })
  }
})

test('"GET": a mutation is rejected with 405 and the allowed methods', async () => {
  const response = await send('GET', { query: 'mutation { startSync { __typename } }' }, current)

  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('POST')
})

test.for(['PUT', 'DELETE', 'PATCH'])('"Status Codes": %s is rejected with 405', async (method) => {
  const headers = { authorization: `Bearer ${token}`, accept: current, 'content-type': 'application/json' }
  const response = await fetch(`${api.url}/graphql`, { method, headers, body: '{"query":"{ __typename }"}' })

  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toMatch(/GET.*POST/)
})

test('"POST": a body with an unknown or missing media type is rejected with 415', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
    const headers = { authorization: `Bearer ${token}`, accept: current, 'content-type': type }
    const response = await fetch(`${api.url}/graphql`, { method: 'POST', headers, body: '{"query":"{ __typename }"}' })

    expect(response.status).toBe(415)
  }
})

test('"GET": an empty operationName counts as missing', async () => {
  const response = await send('GET', { query: 'query A { __typename }', operationName: '' }, current)

  expect(response.status).toBe(200)
})

test('"Status Codes": a request without valid credentials gets 401', async () => {
  const response = await fetch(`${api.url}/graphql?query={__typename}`, { headers: { accept: legacy } })

  expect(response.status).toBe(401)
  expect(response.headers.get('content-type')).toBe(`${current}; charset=utf-8`)
})
