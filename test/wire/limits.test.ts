import { getIntrospectionQuery, Kind, type OperationDefinitionNode, parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../src/schema/schema.ts'
import { measureOperation } from '../../src/server/limits/measure-operation.ts'
import { defaultLimits, refusalOf } from '../../src/server/limits/operation-limits.ts'
import { postBody } from '../support/graphql/post.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { storeContact } from '../support/graphql/stored-rows.ts'

const limits = { ...defaultLimits, depth: 6, cost: 500, aliases: 3, tokens: 200, bodyBytes: 10_000 }
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

test('each answer reports the cost of its operation, based on the objects that it may return', async () => {
  await storeContact(api.database, workspaceId, { hubspotId: 1001n })

  expect(await costOf('{ viewer { role } }')).toBe(1)
  expect(await costOf('{ contact(by: { externalId: "1001" }) { name account { name } } }')).toBe(2)
  expect(await costOf('{ contacts(first: 10) { nodes { name } } }')).toBe(11)
  expect(await costOf('{ contacts { edges { node { name } } } }')).toBe(41)
  expect(await costOf('query ($n: Int) { contacts(last: $n) { nodes { account { name } } } }', { n: 30 })).toBe(61)
  expect(
    await costOf('query ($ids: [String!]!) { contactsByExternalId(externalIds: $ids) { name } }', {
      ids: ['1', '2', '3'],
    }),
  ).toBe(3)
  expect(await costOf('{ contacts(first: 1) { totalCount } }')).toBe(6)
  expect(await costOf('{ contactSuggestions(query: "ada") { name } }')).toBe(10)
  expect(await costOf('{ contactSuggestions(query: "ada", first: 100) { account { name } } }')).toBe(200)
  expect(await costOf('{ __schema { types { name } } }')).toBe(30)
  expect(await costOf('mutation { revokeApiToken(id: "x") { __typename } }')).toBe(11)
})

test('a field that can be long costs more than others, once per alias', async () => {
  await storeContact(api.database, workspaceId, { hubspotId: 1002n })
  const costOfContact = (fields: string) => costOf(`{ contact(by: { externalId: "1002" }) { ${fields} } }`)

  expect(await costOfContact('id name avatarUrl createdAt')).toBe(1)
  expect(await costOfContact('description')).toBe(11)
  expect(await costOfContact('a: description b: description description')).toBe(31)
  expect(await costOfContact('...A } } fragment A on Contact { description account { a: description')).toBe(22)
  expect(await costOfContact('links')).toBe(6)
  expect(await costOfContact('handles { value }')).toBe(6)
  expect(await costOfContact('customFields { key }')).toBe(11)
  expect(await costOfContact('customFields { key a: value b: value }')).toBe(31)
  expect(await costOf('{ syncErrors(first: 10) { nodes { message } } }')).toBe(21)
})

test('a page of a hundred contacts with all of their fields, and those of their accounts, is within the default limits', () => {
  const record = `id name externalId description customFields { key name type value } createdAt updatedAt
    hubspot { recordId url state lastSyncedAt fields { field property editUrl } }`
  const query = `{ contacts(first: 100) { totalCount pageInfo { endCursor } nodes {
    ${record} avatarUrl isPrivate links handles { source value } account { id name domains }
  } } }`

  const measure = measureQuery(query)

  expect(refusalOf(measure, defaultLimits)).toBeNull()
})

test('a hundred descriptions under 49 aliases exceed the cost limit', () => {
  const names = Array.from({ length: 49 }, (_, index) => `d${index}: description`)

  const measure = measureQuery(`{ contacts(first: 100) { nodes { ${names.join(' ')} } } }`)

  expect(measure.cost).toBe(1 + 100 * (1 + 49 * 10))
  expect(refusalOf(measure, defaultLimits)?.extensions.code).toBe('COST_LIMIT')
})

test('the introspection query that tools send is within the default limits, but ten of them are not', () => {
  const whole = getIntrospectionQuery()
  const fields = whole.slice(whole.indexOf('__schema') + '__schema'.length, whole.indexOf('fragment FullType'))
  const fragments = whole.slice(whole.indexOf('fragment FullType'))
  const ten = Array.from({ length: 10 }, (_, index) => `s${index}: __schema ${fields.replace(/}\s*$/, '')}`)

  expect(refusalOf(measureQuery(whole), defaultLimits)).toBeNull()
  expect(refusalOf(measureQuery(`{ ${ten.join(' ')} } ${fragments}`), defaultLimits)?.extensions.code).toBe(
    'COST_LIMIT',
  )
})

function measureQuery(query: string) {
  const { definitions } = parse(query)
  expect(validate(schema, { kind: Kind.DOCUMENT, definitions })).toEqual([])
  const [definition] = definitions.filter((part) => part.kind === Kind.OPERATION_DEFINITION)
  const fragments = definitions.filter((part) => part.kind === Kind.FRAGMENT_DEFINITION)
  return measureOperation(schema, {
    definition: definition as OperationDefinitionNode,
    fragments: Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment])),
    variables: {},
  })
}

const nested = (depth: number): string =>
  depth === 0 ? 'name' : `account { contacts(first: 1) { nodes { ${nested(depth - 1)} } } }`

test.for<[code: string, why: string, query: string]>([
  ['DEPTH_LIMIT', 'is too deep', `{ contacts(first: 1) { nodes { ${nested(2)} } } }`],
  ['COST_LIMIT', 'costs too much', '{ accounts(first: 100) { nodes { contacts(first: 100) { nodes { name } } } } }'],
  [
    'COST_LIMIT',
    'costs too much through fragments',
    '{ accounts(first: 100) { ...A } } fragment A on AccountConnection { nodes { ...B } } fragment B on Account { contacts { nodes { id } } }',
  ],
  [
    'ALIAS_LIMIT',
    'has too many aliases',
    '{ a: viewer { role } b: viewer { role } c: viewer { role } d: viewer { role } }',
  ],
])('%s: an operation that %s is rejected before it is executed', async ([code, _why, query]) => {
  const { status, data, errors } = await postBody(api.url, { query }, { token })

  expect(status).toBe(422)
  expect(data).toBeNull()
  expect(errors).toMatchObject([{ extensions: { code } }])
  expect(errors[0]?.extensions?.http).toBeUndefined()
})

test('the error about the cost limit reports the cost of the operation', async () => {
  const query =
    '{ contacts(first: 100) { nodes { handles { value } account { name } hubspot { state fields { field } } } } }'

  const { errors } = await postBody(api.url, { query }, { token })

  expect(errors).toMatchObject([{ extensions: { cost: { requested: 1_801, maximum: 500 } } }])
})

test('nested fragments are measured only once each', async () => {
  const fragments = Array.from({ length: 14 }, (_, n) => `fragment F${n} on Viewer { ...F${n + 1} ...F${n + 1} }`).join(
    ' ',
  )
  const query = `{ viewer { ...F0 } } ${fragments} fragment F14 on Viewer { role user { email } }`

  const { status, errors } = await postBody(api.url, { query }, { token })

  expect(status).toBe(422)
  expect(errors).toMatchObject([{ extensions: { code: 'COST_LIMIT' } }])
})

test('a document with too many tokens is rejected while it is parsed', async () => {
  const { status, errors } = await postBody(api.url, { query: `{ viewer { ${'role '.repeat(200)} } }` }, { token })

  expect(status).toBe(400)
  expect(errors[0]?.message).toContain('tokens')
})

test('a batch of operations is rejected', async () => {
  const operation = { query: '{ viewer { role } }' }

  const { status, data } = await postBody(api.url, [operation, operation], { token })

  expect(status).toBe(422)
  expect(data).toBeNull()
})

test('a body with too many bytes is rejected', async () => {
  const { status } = await postBody(api.url, { query: `{ viewer { role } } # ${'x'.repeat(10_001)}` }, { token })

  expect(status).toBe(413)
})
