import { request as send } from 'node:http'
import fc from 'fast-check'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { newId } from '../../src/database/new-id.ts'
import type { ApiOptions } from '../../src/server/api-options.ts'
import { createServer } from '../../src/server/create-server.ts'
import { defaultLimits } from '../../src/server/limits/operation-limits.ts'
import { cleanUp } from '../support/clean-up.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { runs } from '../support/runs.ts'

const persisted = 'query Persisted($first: Int) { accounts(first: $first) { nodes { id } } }'
const options: Partial<ApiOptions> = {
  limits: { ...defaultLimits, cost: 300, depth: 6, aliases: 4, nesting: 8, bodyBytes: 4_000, answerBytes: 3_000 },
  corsOrigins: ['https://app.example'],
  persistedDocuments: { byId: new Map([['known-id', persisted]]), only: false },
  trustedProxies: 0,
}
const api = await startTestApi({ options })
const general = await startServer({ ...options, answerKnownQueries: false })
const own = await api.createWorkspace()
const other = await api.createWorkspace()
const member = await api.createUser(own.workspaceId, 'MEMBER')
await storeContacts()

/** A second API process, as far as clients can tell, over the same database. */
async function startServer(its: Partial<ApiOptions>) {
  const { database, sync, connection, webhooks, broker } = api
  const log = pino({ level: 'silent' })
  const { rateWindows } = broker
  const context = { database, sync, connection, webhooks, rateWindows, dependencies: {}, log, options: its }
  const server = createServer(context)
  cleanUp(() => server.close())
  return server.listen(0, '127.0.0.1')
}

async function storeContacts() {
  const { prisma } = api.database
  const contacts = Array.from({ length: 30 }, (_, number) => ({
    id: newId(),
    workspaceId: own.workspaceId,
    externalId: String(100 + number),
    name: `Person ${number}`,
    description: 'x'.repeat(number * 10),
    customFields: {},
  }))
  await prisma.contact.createMany({ data: contacts })
}

const documents = [
  '{ viewer { role workspace { name plan } } }',
  'query One($id: String!) { contact(by: { externalId: $id }) { id name handles { value } createdAt } }',
  'query List($first: Int, $after: String) { contacts(first: $first, after: $after) { totalCount nodes { id name } } }',
  'query Long { contacts(first: 30) { nodes { description name } } }',
  'query Known($ids: [String!]!) { contactsByExternalId(externalIds: $ids) { name account { name } } }',
  'query Filter($filter: ContactFilter) { contacts(filter: $filter) { nodes { name } } }',
  'query Suggest($text: String!) { contactSuggestions(query: $text) { name } }',
  'query Included($with: Boolean!) { viewer { role @include(if: $with) user { email } } }',
  'query A { viewer { role } } query B { customFields(objectType: CONTACT) { key } }',
  'query { node(id: "Q29udGFjdDp4") { __typename ... on Contact { name } } }',
  'fragment Name on Contact { name hubspot { url } } { contacts(first: 2) { nodes { ...Name } } }',
  '{ a: viewer { role } b: viewer { role } c: viewer { role } d: viewer { role } e: viewer { role } }',
  '{ accounts { nodes { contacts { nodes { account { contacts { nodes { name } } } } } } } }',
  '{ syncSettings { contactsEnabled } hubspotConnection { status } }',
  '{ syncErrorSummary { count } syncRuns { nodes { id } } }',
  '{ hubspotLists { nodes { name } } }',
  '{ __schema { queryType { name } } }',
  '{ __typename }',
  'mutation { deleteContact(id: "none") { __typename } }',
  'subscription { syncProgress(runId: "none") { status } }',
  'query Persisted($first: Int) { accounts(first: $first) { nodes { id } } }',
  '{ viewer { nothing } }',
  '{ viewer',
  '# nothing',
]

const variables = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>({ id: '101' }, { first: 3 }, { ids: ['100', 'x'] }, { text: 'pers' }),
  },
  fc.constantFrom<unknown>(
    undefined,
    null,
    {},
    [],
    'text',
    { id: 1 },
    { id: null },
    { first: 1_000 },
    { first: -1 },
    { first: '3' },
    { after: 'nowhere' },
    { ids: Array.from({ length: 101 }, String) },
    { with: false, more: true },
    { with: 'yes' },
    { filter: { name: { contains: '1' } } },
    { filter: { name: null } },
    { filter: { nothing: 1 } },
    { id: JSON.parse('[[[[[[[[[[[]]]]]]]]]]]') },
    { text: '\0' },
  ),
)

const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 3 * others.length, arbitrary: fc.constant(usual) }, fc.constantFrom(...others))

/** The parameters of a body, of which any may be odd. */
const parameters = fc.record(
  {
    query: fc.oneof(
      { weight: 30, arbitrary: fc.constantFrom<unknown>(...documents) },
      fc.constantFrom<unknown>(null, '', 7, []),
    ),
    variables,
    operationName: mostly<unknown>(undefined, null, '', 'A', 'B', 'One', 'Nobody', 3),
    extensions: mostly<unknown>(undefined, null, {}, { persistedQuery: { version: 1, sha256Hash: 'known-id' } }, 'x'),
    documentId: mostly<unknown>(undefined, 'known-id', 'unknown-id', null, 5),
    another: mostly<unknown>(undefined, 1),
  },
  { requiredKeys: ['query'] },
)
const onlyId = fc.record({ documentId: fc.constantFrom('known-id', 'unknown-id'), variables })

const bodies = fc.oneof(
  { weight: 12, arbitrary: parameters.map((given) => JSON.stringify(given)) },
  { weight: 2, arbitrary: onlyId.map((given) => JSON.stringify(given)) },
  fc.constantFrom(
    '',
    '{',
    'null',
    '7',
    '[]',
    '[{"query":"{ __typename }"}]',
    '\ufeff{"query":"{ __typename }"}',
    ' {"query":"{ __typename }"}\n',
    '{"query":"{ __typename }","query":"{ viewer { role } }"}',
    '{"query":"{ \ud800 }"}',
    JSON.stringify({ query: '{ __typename }', variables: { text: 'x'.repeat(5_000) } }),
  ),
)

const requests = fc.record({
  body: bodies,
  method: mostly('POST', 'GET', 'PUT'),
  path: mostly('/graphql', '/graphql?x=1', '/graphql/', '/graphql?query={__typename}'),
  isChunked: mostly(false, true),
  headers: fc.record(
    {
      'content-type': mostly(
        'application/json',
        'application/json; charset=utf-8',
        'Application/JSON;charset=utf-8',
        'application/graphql+json',
        'application/json; charset=latin1',
        'text/plain',
        'application/graphql',
      ),
      accept: mostly(
        'application/json',
        'application/graphql-response+json',
        'application/graphql-response+json, application/json;q=0.9',
        'APPLICATION/JSON',
        '*/*',
        'text/html',
        'text/*',
        'application/json, text/event-stream',
        'application/json;q=0',
        '',
      ),
      authorization: fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(`Bearer ${own.token}`, `bearer  ${member.token}`) },
        fc.constantFrom('', 'Bearer', `Bearer ${own.token.slice(0, -1)}x`, 'Bearer a.b.c', `Bearer ${other.token}`),
      ),
      'x-workspace-id': mostly('', own.workspaceId, other.workspaceId, 'nonsense'),
      origin: mostly('', 'https://app.example', 'https://other.example'),
      'content-encoding': mostly('', 'identity', 'gzip'),
    },
    { requiredKeys: ['authorization'] },
  ),
})

type Sent = typeof requests extends fc.Arbitrary<infer T> ? T : never

interface Received {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

function ask(base: string, { body, method, path, isChunked, headers }: Sent): Promise<Received> {
  const { authorization, ...others } = headers
  const sent = Object.entries({ ...others, authorization }).filter(([, value]) => value !== undefined && value !== '')
  const length = isChunked || method === 'GET' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const request = send(base + path, { method, headers: { ...Object.fromEntries(sent), ...length } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({ status: response.statusCode, headers: { ...response.headers }, body: text })
      })
    })
    request.once('error', reject)
    request.end(method === 'GET' ? undefined : body)
  })
}

/** Without what differs from one answer to the next: times, correlation ids, and what is left of a rate limit. */
function comparable({ status, headers, body }: Received) {
  const { date: _date, 'content-length': length, ratelimit, ...others } = headers
  return {
    status,
    headers: { ...others, ratelimit: String(ratelimit).replaceAll(/[rt]=\d+/g, '') },
    isWhole: length === undefined ? null : Number(length) === Buffer.byteLength(body),
    body: body
      .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'an id')
      .replace(/"remaining":\d+,"resetAt":"[^"]+"/, ''),
  }
}

test('a known document is answered as one that is not', async () => {
  await fc.assert(
    fc.asyncProperty(requests, async (sent) => {
      const unknown = comparable(await ask(general.url, sent))
      const first = comparable(await ask(api.url, sent))
      const again = comparable(await ask(api.url, sent))

      expect(first).toEqual(unknown)
      expect(again).toEqual(unknown)
    }),
    { numRuns: runs(150, 3_000) },
  )
})

test('an unexpected failure is masked in the same way', async () => {
  const { pool } = api.database
  const sent: Sent = {
    body: JSON.stringify({ query: '{ accounts { nodes { name } } viewer { role } }' }),
    method: 'POST',
    path: '/graphql',
    isChunked: false,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${own.token}` },
  }
  await ask(api.url, sent)
  await pool.query('ALTER TABLE account RENAME TO account_away')
  try {
    const unknown = comparable(await ask(general.url, sent))
    const known = comparable(await ask(api.url, sent))

    expect(known).toEqual(unknown)
    expect(known.body).toContain('INTERNAL')
  } finally {
    await pool.query('ALTER TABLE account_away RENAME TO account')
  }
})
