import { expect, test } from 'vitest'
import { postBody } from '../support/graphql/post.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'

const api = await startTestApi()
const { token } = await api.createWorkspace()

const inputs: readonly [what: string, query: string][] = [
  ['the start of the audit log', 'query ($x: DateTime!) { auditLog(filter: { from: $x }) { totalCount } }'],
  ['the end of the audit log', 'query ($x: DateTime!) { auditLog(filter: { until: $x }) { totalCount } }'],
  ['a filter of contacts', 'query ($x: DateTime!) { contacts(filter: { updatedAt: { lt: $x } }) { totalCount } }'],
  [
    'the end of a token',
    'mutation ($x: DateTime!) { createApiToken(input: { name: "x", expiresAt: $x }) { __typename } }',
  ],
]
/** The offset moves the first and the last one out of the years that the text shows. */
const times = ['0001-01-01T00:00:00+14:00', '0000-06-01T00:00:00Z', '9999-12-31T23:59:59-14:00']

test.for(inputs)('a time that the database does not read is rejected in %s', async ([_what, query]) => {
  for (const x of times) {
    const { status, data, errors } = await postBody(api.url, { query, variables: { x } }, { token })

    expect({ status, data, codes: errors.map(({ extensions }) => extensions?.code) }).toEqual({
      status: 422,
      data: null,
      codes: ['BAD_USER_INPUT'],
    })
  }
})

test.for(inputs.slice(0, 3))('the first and the last time are accepted in %s', async ([_what, query]) => {
  for (const x of ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z']) {
    const { status, errors } = await postBody(api.url, { query, variables: { x } }, { token })

    expect({ status, errors }).toEqual({ status: 200, errors: [] })
  }
})
