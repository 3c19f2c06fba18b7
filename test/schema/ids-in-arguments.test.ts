import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { postBody } from '../support/graphql/post.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact } from '../support/graphql/stored-rows.ts'

const api = await startTestApi()
const workspace = await api.createWorkspace()
const { workspaceId, token, userId } = workspace
const contact = globalId('Contact', await storeContact(api.database, workspaceId))
const other = globalId('SyncRun', uuidv7())

const send = <R>(query: string, variables: Record<string, unknown> = {}) =>
  postBody<R>(api.url, { query, variables }, { token })

test.for(['junk', '', 'Q29udGFjdDo=', other])('a look-up by the id %j finds nothing', async (id) => {
  const query = `query ($id: ID!) {
    node(id: $id) { id }
    contact(by: { id: $id }) { id }
    account(by: { id: $id }) { id }
    syncRun(id: $id) { id }
  }`

  const { data, errors } = await send(query, { id })

  expect({ data, errors }).toEqual({ data: { node: null, contact: null, account: null, syncRun: null }, errors: [] })
})

test('B62: an invalid id leaves the other nodes in their places', async () => {
  const { data, errors } = await send('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    ids: ['junk', contact, '', other, contact],
  })

  expect(errors).toEqual([])
  expect(data).toEqual({ nodes: [null, { id: contact }, null, null, { id: contact }] })
})

test('B20: settings, connection, and viewer are fetched by their ids; those of another workspace are not', async () => {
  await api.database.prisma.syncSettings.create({ data: { workspaceId, contactsEnabled: true } })
  const stranger = await api.createWorkspace()
  const { data } = await send<{ viewer: { id: string }; syncSettings: { id: string } }>(
    '{ viewer { id } syncSettings { id } }',
  )
  const ids = [data?.viewer.id, data?.syncSettings.id, globalId('HubSpotConnection', workspaceId)]
  const query = `query ($ids: [ID!]!) {
    nodes(ids: $ids) {
      id
      ... on SyncSettings { contactsEnabled }
      ... on Viewer { user { id } }
    }
  }`

  const own = await send(query, { ids })
  const theirs = await postBody(api.url, { query, variables: { ids } }, { token: stranger.token })

  expect(own.data).toEqual({
    nodes: [{ id: ids[0], user: { id: globalId('User', userId) } }, { id: ids[1], contactsEnabled: true }, null],
  })
  expect(theirs.data).toEqual({ nodes: [null, null, null] })
})

test('a user is a different viewer in each workspace', async () => {
  const first = await api.createWorkspace()
  const second = await api.createWorkspace({ organizationId: first.organizationId })
  const admin = await api.createUser(first.workspaceId, 'COMPANY_ADMIN')
  const viewerIn = async (id: string) =>
    (
      await postBody<{ viewer: { id: string } }>(
        api.url,
        { query: '{ viewer { id } }' },
        { token: admin.token, workspaceId: id },
      )
    ).data?.viewer.id

  expect(await viewerIn(first.workspaceId)).not.toBe(await viewerIn(second.workspaceId))
})

test.for<[mutation: string, code: string, path: string[] | null]>([
  ['createContact(input: { accountId: "junk" })', 'INVALID_INPUT', ['accountId']],
  [`createContact(input: { accountId: "${other}" })`, 'INVALID_INPUT', ['accountId']],
  [`updateContact(id: "${contact}", input: { accountId: "${other}" })`, 'INVALID_INPUT', ['accountId']],
  ['updateContact(id: "junk", input: {})', 'INVALID_INPUT', ['id']],
  [`updateContact(id: "${other}", input: {})`, 'NOT_FOUND', null],
  ['eraseContact(by: { id: "junk" })', 'INVALID_INPUT', ['by', 'id']],
  [`linkSyncError(id: "${globalId('SyncError', uuidv7())}", contactId: "junk")`, 'INVALID_INPUT', ['contactId']],
  ['cancelSyncRun(id: "junk")', 'INVALID_INPUT', ['id']],
])(
  '%s returns a failure as data, and the answer keeps the results of earlier mutations',
  async ([mutation, code, path]) => {
    const name = uuidv7()
    const query = `mutation {
    first: createContact(input: { name: "${name}" }) { ... on CreateContactPayload { contact { name } } }
    second: ${mutation} { ... on UserError { code } ... on InvalidInputError { problems { path } } }
  }`

    const { data, errors } = await send(query)

    expect(errors).toEqual([])
    const second = path === null ? { code } : { code, problems: [{ path }] }
    expect(data).toEqual({ first: { contact: { name } }, second })
  },
)

test.for<[field: string, path: string[]]>([
  ['contactChanged(filter: { id: "junk" }) { kind }', ['filter', 'id']],
  ['contactChanged(filter: { accountId: "junk" }) { kind }', ['filter', 'accountId']],
  ['syncProgress(runId: "junk") { id }', ['runId']],
  ['syncErrorRaised(after: "junk") { id }', ['after']],
])('a wrong id in the subscription %s is reported with its path', async ([field, path]) => {
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query: `subscription { ${field} }` }),
  })

  const [, event = ''] = /^data: (.*)$/m.exec(await response.text()) ?? []

  expect(JSON.parse(event).errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', problems: [{ path }] } }])
})

test('a long text instead of an id is not repeated in full', async () => {
  const junk = 'x'.repeat(10_000)

  const { data } = await send<{ cancelSyncRun: { message: string } }>(
    'mutation ($id: ID!) { cancelSyncRun(id: $id) { ... on UserError { message } } }',
    { id: junk },
  )

  expect(data?.cancelSyncRun.message.length).toBeLessThan(200)
})

test('a wrong id in a filter is reported with its path', async () => {
  const { errors } = await send('{ contacts(filter: { account: { id: { in: ["junk"] } } }) { totalCount } }')

  expect(errors).toMatchObject([
    { extensions: { code: 'INVALID_INPUT', problems: [{ path: ['filter', 'account', 'id', 'in', '0'] }] } },
  ])
})
