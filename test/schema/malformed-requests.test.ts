import { expect, test } from 'vitest'
import { postBody } from '../support/graphql/post.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'

const api = await startTestApi()
const { token } = await api.createWorkspace()

const query = 'query ($by: ContactBy!) { contact(by: $by) { id } }'

test.for<[why: string, body: unknown, status?: number]>([
  ['it is not JSON', '{ "query": ', 400],
  ['it contains no query', {}],
  ['the query is not GraphQL', { query: '{ viewer ' }, 400],
  ['a field does not exist', { query: '{ viewer { secret } }' }],
  ['variables are not an object', { query, variables: 'by' }],
  ['a variable is missing', { query }],
  ['a variable has the wrong type', { query, variables: { by: 7 } }],
  ['an input object has an unknown field', { query, variables: { by: { externalId: '1', nonsense: true } } }],
  ['a @oneOf input has two fields', { query, variables: { by: { id: 'x', externalId: '1' } } }],
  ['a @oneOf input has no field', { query, variables: { by: {} } }],
  ['an enum has no such value', { query: '{ customFields(objectType: DEAL) { key } }' }],
])('a request is rejected with GraphQL errors if %s', async ([_why, body, expected = 422]) => {
  const { status, data, errors } = await postBody(api.url, body, { token })

  expect(status).toBe(expected)
  expect(data).toBeNull()
  expect(errors.length).toBeGreaterThan(0)
  for (const { extensions } of errors) {
    expect(extensions?.code).toEqual(expect.any(String))
    expect(extensions?.code).not.toBe('INTERNAL')
  }
})

test('a variable that is not a date is rejected', async () => {
  const mutation = 'mutation ($at: DateTime) { createApiToken(input: { name: "x", expiresAt: $at }) { __typename } }'

  const { status, errors } = await postBody(api.url, { query: mutation, variables: { at: 'tomorrow' } }, { token })

  expect(status).toBe(422)
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
})

test('a body larger than a megabyte is rejected', async () => {
  const { status } = await postBody(api.url, { query: `{ viewer { role } } # ${'x'.repeat(1_000_001)}` }, { token })

  expect(status).toBe(413)
})

test('a mutation by GET is rejected', async () => {
  const query = encodeURIComponent('mutation { startSync { __typename } }')

  const response = await fetch(`${api.url}/graphql?query=${query}`, { headers: { authorization: `Bearer ${token}` } })

  expect(response.status).toBe(405)
})
