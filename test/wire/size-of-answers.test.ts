import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { announceContacts } from '../../src/contacts/announce-contacts.ts'
import { lockContacts } from '../../src/contacts/contact-lock.ts'
import { inTransaction } from '../../src/database/database.ts'
import { defaultLimits } from '../../src/server/limits/operation-limits.ts'
import { storeCustomField } from '../support/graphql/set-up-mapping.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId } from '../support/graphql/stored-rows.ts'
import { subscribe, transports } from '../support/graphql/subscribe.ts'

const answerBytes = 200_000
const api = await startTestApi({ options: { limits: { ...defaultLimits, cost: 100_000, answerBytes } } })
const { workspaceId, token } = await api.createWorkspace()
const text = 'x'.repeat(20_000)
const { contacts } = await storeHeavyRecords()

/** Twelve of them exceed the limit of an answer, and 24 exceed the limit of a statement's result. */
async function storeHeavyRecords() {
  const { prisma } = api.database
  await storeCustomField(api.database, workspaceId, 'note', 'STRING')
  const account = await prisma.account.create({ data: { id: uuidv7(), workspaceId, name: 'Acme' } })
  const rows = Array.from({ length: 24 }, (_, index) => ({
    id: uuidv7(),
    workspaceId,
    name: `Ada ${index}`,
    externalId: String(1_000 + index),
    accountId: account.id,
    description: text,
    customFields: { note: text.slice(0, 5_000) },
  }))
  await prisma.contact.createMany({ data: rows })
  return { contacts: rows }
}

interface Answer {
  readonly data?: Record<string, unknown> | null
  readonly errors?: readonly { message: string; path?: string[]; extensions: Record<string, unknown> }[]
  readonly extensions?: { cost?: unknown }
}

async function send(query: string, { method = 'POST', accept = 'application/json' } = {}) {
  const headers = { authorization: `Bearer ${token}`, accept }
  const response =
    method === 'POST'
      ? await fetch(`${api.url}/graphql`, {
          method,
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
        })
      : await fetch(`${api.url}/graphql?${new URLSearchParams({ query })}`, { headers })
  const body = await response.text()
  return { status: response.status, body }
}

const refusal = {
  message: `The answer would have more than ${answerBytes} bytes. Ask for fewer fields or smaller pages.`,
  extensions: { code: 'ANSWER_TOO_LARGE', maximumBytes: answerBytes },
}
const aliased = (count: number, field: string) =>
  Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ')
const idsOf = (count: number) => contacts.slice(0, count).map(({ id }) => `"${globalId('Contact', id)}"`)

test.for<[what: string, query: string]>([
  ['a long text under many aliases', `{ contacts(first: 1) { nodes { ${aliased(12, 'description')} } } }`],
  ['a page of long texts', '{ contacts(first: 12) { nodes { description } } }'],
  ['edges of long texts', '{ contacts(first: 12) { edges { node { description } } } }'],
  ['a page for which one statement returns too much', '{ contacts(first: 24) { nodes { description } } }'],
  ['many pages', `{ ${aliased(6, 'contacts(first: 4) { nodes { description } }')} }`],
  ['a page within each item of a page', '{ accounts { nodes { contacts(first: 12) { nodes { description } } } } }'],
  ['suggestions', '{ contactSuggestions(query: "Ada", first: 12) { description } }'],
  ['objects by id', `{ nodes(ids: [${idsOf(12)}]) { ... on Contact { description } } }`],
  [
    'contacts by external id',
    `{ contactsByExternalId(externalIds: [${contacts.slice(0, 12).map(({ externalId }) => `"${externalId}"`)}]) { description } }`,
  ],
  ['values of custom fields', `{ contacts(first: 12) { nodes { customFields { ${aliased(4, 'value')} } } } }`],
  ['long aliases', `{ contacts(first: 12) { nodes { ${'a'.repeat(20_000)}: id } } }`],
  [
    'long aliases of fields without resolvers',
    `{ contacts(first: 12) { nodes { ${'a'.repeat(20_000)}: __typename } } }`,
  ],
  ['the schema itself', `{ ${aliased(9, '__schema { types { name description fields { name description } } }')} }`],
])('an answer that is too large is rejected, however often it is requested: %s', async ([_what, query]) => {
  // From the second time on, the query is compiled.
  for (let time = 0; time < 3; time++) {
    const { status, body } = await send(query)

    const { data, errors, extensions } = JSON.parse(body) as Answer
    expect({ status, data, errors }).toEqual({ status: 294, data: null, errors: [refusal] })
    expect(extensions?.cost).toBeDefined()
  }
})

test.for(['POST', 'GET'])('an answer to %s can be as large as the limit', async (method) => {
  for (let time = 0; time < 3; time++) {
    const { status, body } = await send('{ contacts(first: 9) { nodes { description customFields { key } } } }', {
      method,
    })

    expect(status).toBe(200)
    expect(body.length).toBeGreaterThan(0.9 * answerBytes)
    expect(body.length).toBeLessThanOrEqual(answerBytes)
  }
})

test('values that are read but not part of the answer do not count', async () => {
  const { status } = await send('{ contacts(first: 12) { nodes { customFields { key } } } }')

  expect(status).toBe(200)
})

test('long columns that are not selected are not read', async () => {
  const { status } = await send(
    '{ contacts(first: 24) { nodes { name } } accounts { nodes { contacts(first: 24) { nodes { name } } } } }',
  )

  expect(status).toBe(200)
})

test('the limit also applies to answers by GET and by server-sent events', async () => {
  const query = '{ contacts(first: 12) { nodes { description } } }'

  const byGet = await send(query, { method: 'GET' })
  const asEvent = await send(query, { accept: 'text/event-stream' })

  expect(JSON.parse(byGet.body)).toMatchObject({ data: null, errors: [refusal] })
  const [, event = ''] = /^data: (.*)$/m.exec(asEvent.body) ?? []
  expect(JSON.parse(event)).toMatchObject({ data: null, errors: [refusal] })
})

const Heavy = graphql(`query HeavyContacts($first: Int!) { contacts(first: $first) { nodes { description } } }`)
const Changes = graphql(`
  subscription HeavyChanges($id: ID!) {
    contactChanged(filter: { id: $id }) {
      contact { name customFields { a: value b: value c: value d: value e: value f: value } g: description h: description }
    }
  }
`)

test.for(transports)('the limit also applies to queries over %s', async (transport) => {
  const answers = subscribe(transport, api.url, Heavy, { first: 12 }, { token })

  const { value } = await answers.next()

  expect(value).toMatchObject({ data: null, errors: [refusal] })
  await answers.return?.()
})

test.for(transports)(
  'over %s, an event that is too large is replaced by an error, and the next event arrives',
  async (transport) => {
    const { workspaceId, token } = await api.createWorkspace()
    await storeCustomField(api.database, workspaceId, 'note', 'STRING')
    const id = uuidv7()
    await api.database.prisma.contact.create({
      data: { id, workspaceId, name: 'Ada', description: text, customFields: { note: text } },
    })
    const describe = async (description: string) => {
      await inTransaction(api.database.pool, async (client) => {
        await lockContacts(client, workspaceId)
        const update = 'UPDATE contact SET description = $2, updated_at = change_time() WHERE id = $1'
        await client.query(update, [id, description])
      })
      await announceContacts(api.sync, workspaceId, [id])
    }
    const events = subscribe(transport, api.url, Changes, { id: globalId('Contact', id) }, { token })

    const { value: present } = await events.next()
    await describe(text.repeat(6))
    const { value: tooLarge } = await events.next()
    await describe('')
    const { value: small } = await events.next()

    expect(present.data?.contactChanged.contact?.name).toBe('Ada')
    expect(tooLarge).toMatchObject({ data: null, errors: [refusal] })
    expect(small.data?.contactChanged.contact?.g).toBe('')
    await events.return?.()
  },
)

test('an answer to mutations keeps earlier results, tells which mutations were executed, and executes no further ones', async () => {
  const [first, second, third] = await Promise.all(
    ['1', '2', '3'].map(async (name) => {
      const id = uuidv7()
      await api.database.prisma.contact.create({ data: { id, workspaceId, name, description: text } })
      return id
    }),
  )
  const rename = (id: string | undefined, fields: string) =>
    `updateContact(id: "${globalId('Contact', id ?? '')}", input: { name: "renamed" }) {
      ... on UpdateContactPayload { contact { ${fields} } }
    }`

  const { body } = await send(`mutation {
    first: ${rename(first, 'name')}
    second: ${rename(second, aliased(12, 'description'))}
    third: ${rename(third, 'name')}
  }`)
  const { data, errors } = JSON.parse(body) as Answer
  const stored = await api.database.prisma.contact.findMany({
    where: { id: { in: [first, second, third].map(String) } },
    orderBy: { id: 'asc' },
  })

  expect(data).toEqual({ first: { contact: { name: 'renamed' } }, second: null, third: null })
  expect(errors).toMatchObject([
    { path: ['second'], message: expect.stringContaining('was executed'), extensions: refusal.extensions },
    { path: ['third'], message: expect.stringContaining('was not executed'), extensions: refusal.extensions },
  ])
  expect(new Map(stored.map(({ id, name }) => [id, name]))).toEqual(
    new Map([
      [first, 'renamed'],
      [second, 'renamed'],
      [third, '3'],
    ]),
  )
})
