import { expect, test } from 'vitest'
import { postBody } from '../support/graphql/post.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { storeContact } from '../support/graphql/stored-rows.ts'

const api = await startTestApi()
const { workspaceId, token } = await api.createWorkspace()
await storeContact(api.database, workspaceId, { name: 'Ada' })

const send = (query: string, variables: Record<string, unknown> = {}) =>
  postBody(api.url, { query, variables }, { token })

test.for<[literal: string, path: string]>([
  ['{ name: { eq: null } }', 'filter.name.eq'],
  ['{ name: null }', 'filter.name'],
  ['{ name: {} }', 'filter.name'],
  ['{ createdAt: { gt: null } }', 'filter.createdAt.gt'],
  ['{ isPrivate: { eq: null } }', 'filter.isPrivate.eq'],
  ['{ hasHandle: null }', 'filter.hasHandle'],
  ['{ id: { in: null } }', 'filter.id.in'],
  ['{ hubspot: { state: {} } }', 'filter.hubspot.state'],
  ['{ customFields: [{ key: "size" }] }', 'filter.customFields.0'],
  ['{ handle: { value: { in: null } } }', 'filter.handle.value.in'],
  ['{ or: [{ name: { eq: "Ada" } }, { name: {} }] }', 'filter.or.1.name'],
  ['{ and: { not: { account: { name: { startsWith: null } } } } }', 'filter.and.0.not.account.name.startsWith'],
  ['{ name: { eq: $forgotten } }', 'filter.name.eq'],
  ['{ or: { name: { eq: $forgotten } } }', 'filter.or.0.name.eq'],
  ['{ name: { contains: "A", eq: $forgotten } }', 'filter.name.eq'],
])('B5: the filter %s is rejected instead of matching everything', async ([literal, path]) => {
  const declared = literal.includes('$') ? '($forgotten: String)' : ''

  const { data, errors } = await send(`query Q${declared} { contacts(filter: ${literal}) { totalCount } }`)

  expect(data).toBeNull()
  const problems = errors[0]?.extensions?.problems as { path: string[] }[]
  expect(problems.map((problem) => problem.path.join('.'))).toEqual([path])
  expect(errors[0]?.extensions?.code).toBe('INVALID_INPUT')
})

test('B5: the error about null tells how to match a missing value', async () => {
  const { errors } = await send('{ contacts(filter: { name: { eq: null } }) { totalCount } }')

  expect(errors[0]?.message).toBe('"eq" cannot be null. Use "isNull: true" to match a missing value.')
})

test('B5: the same rules apply to a filter in a variable', async () => {
  const query = 'query ($filter: ContactFilter) { contacts(filter: $filter) { totalCount } }'
  const codeOf = async (filter: unknown) => (await send(query, { filter })).errors[0]?.extensions?.code

  expect(await codeOf({ name: { eq: null } })).toBe('INVALID_INPUT')
  expect(await codeOf({ name: {} })).toBe('INVALID_INPUT')
  expect(await codeOf({ name: { isNull: false } })).toBeUndefined()
  // These mean that there is no filter.
  expect(await codeOf({})).toBeUndefined()
  expect(await codeOf(null)).toBeUndefined()
})

test('B54: null as the status of an error means any status, as documented, and nothing else can be null', async () => {
  const allowed = await send('{ syncErrors(filter: { status: null }) { totalCount } }')
  const refused = await send('query ($run: ID) { syncErrors(filter: { run: $run }) { totalCount } }')

  expect(allowed.errors).toEqual([])
  expect(refused.errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }])
})
