import { expect, test } from 'vitest'
import { postBody } from '../support/graphql/post.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { storeContact } from '../support/graphql/stored-rows.ts'

const limits = { depth: 6, cost: 500, aliases: 3, tokens: 200, nesting: 100, bodyBytes: 10_000, operationsPerSocket: 2 }
const api = await startTestApi({ options: { limits } })
const { token, workspaceId } = await api.createWorkspace()

async function costOf(query: string, variables: Record<string, unknown> = {}) {
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const { extensions, errors } = (await response.json()) as {
    extensions?: { cost: { requested: number; maximum: number } }
    errors?: { message: string }[]
  }
  expect(errors).toBeUndefined()
  expect(extensions?.cost.maximum).toBe(500)
  return extensions?.cost.requested
}

test('each answer says what its operation cost, by the objects that it may lead to', async () => {
  await storeContact(api.database, workspaceId, { hubspotId: 1001n })

  expect(await costOf('{ viewer { role } }')).toBe(1)
  expect(await costOf('{ contact(by: { externalId: "1001" }) { name account { name } } }')).toBe(2)
  expect(await costOf('{ contacts(first: 10) { nodes { name } } }')).toBe(11)
  expect(await costOf('{ contacts { edges { node { name } } } }')).toBe(41)
  expect(await costOf('query ($n: Int) { contacts(last: $n) { nodes { handles { value } } } }', { n: 30 })).toBe(61)
  expect(
    await costOf('query ($ids: [String!]!) { contactsByExternalId(externalIds: $ids) { name } }', {
      ids: ['1', '2', '3'],
    }),
  ).toBe(3)
  expect(await costOf('{ contacts(first: 1) { totalCount } }')).toBe(6)
  expect(await costOf('{ __schema { types { name } } }')).toBe(0)
  expect(await costOf('mutation { revokeApiToken(id: "x") { __typename } }')).toBe(11)
})

const nested = (depth: number): string =>
  depth === 0 ? 'name' : `account { contacts(first: 1) { nodes { ${nested(depth - 1)} } } }`

test.for<[code: string, why: string, query: string]>([
  ['DEPTH_LIMIT', 'is too deep', `{ contacts(first: 1) { nodes { ${nested(2)} } } }`],
  ['COST_LIMIT', 'costs too much', '{ accounts(first: 100) { nodes { contacts(first: 100) { nodes { name } } } } }'],
  [
    'COST_LIMIT',
    'costs too much by fragments',
    '{ accounts(first: 100) { ...A } } fragment A on AccountConnection { nodes { ...B } } fragment B on Account { contacts { nodes { id } } }',
  ],
  [
    'ALIAS_LIMIT',
    'has too many aliases',
    '{ a: viewer { role } b: viewer { role } c: viewer { role } d: viewer { role } }',
  ],
])('an operation that %s is refused before it is done: it %s', async ([code, _why, query]) => {
  const { status, data, errors } = await postBody(api.url, { query }, { token })

  expect(status).toBe(422)
  expect(data).toBeNull()
  expect(errors).toMatchObject([{ extensions: { code } }])
  expect(errors[0]?.extensions?.http).toBeUndefined()
})

test('a refusal for its cost says what it would have cost', async () => {
  const query =
    '{ contacts(first: 100) { nodes { handles { value } account { name } customFields { value } hubspot { state } } } }'

  const { errors } = await postBody(api.url, { query }, { token })

  expect(errors).toMatchObject([{ extensions: { cost: { requested: 501, maximum: 500 } } }])
})

test('fragments within fragments are measured in no time', async () => {
  const fragments = Array.from({ length: 14 }, (_, n) => `fragment F${n} on Viewer { ...F${n + 1} ...F${n + 1} }`).join(
    ' ',
  )
  const query = `{ viewer { ...F0 } } ${fragments} fragment F14 on Viewer { role user { email } }`

  const { status, errors } = await postBody(api.url, { query }, { token })

  expect(status).toBe(422)
  expect(errors).toMatchObject([{ extensions: { code: 'COST_LIMIT' } }])
})

test('a document of too many words is refused as it is read', async () => {
  const { status, errors } = await postBody(api.url, { query: `{ viewer { ${'role '.repeat(200)} } }` }, { token })

  expect(status).toBe(400)
  expect(errors[0]?.message).toContain('tokens')
})

test('a batch of operations is refused', async () => {
  const operation = { query: '{ viewer { role } }' }

  const { status, data } = await postBody(api.url, [operation, operation], { token })

  expect(status).toBe(422)
  expect(data).toBeNull()
})

test('a body of too many bytes is refused', async () => {
  const { status } = await postBody(api.url, { query: `{ viewer { role } } # ${'x'.repeat(10_001)}` }, { token })

  expect(status).toBe(413)
})
