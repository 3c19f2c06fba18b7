import { once } from 'node:events'
import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { graphql } from '../../client/generated/index.ts'
import { issueApiToken, revokeApiToken } from '../../src/auth/manage-api-tokens.ts'
import type { Viewer } from '../../src/auth/viewer.ts'
import { announceContacts } from '../../src/contacts/announce-contacts.ts'
import { lockContacts } from '../../src/contacts/contact-lock.ts'
import { inTransaction } from '../../src/database/database.ts'
import { schema } from '../../src/schema/schema.ts'
import { identityOf } from '../../src/server/shared-subscriptions.ts'
import { cleanUp } from '../support/clean-up.ts'
import { countStatements } from '../support/count-statements.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact, storeRun } from '../support/graphql/stored-rows.ts'
import { subscribe, transports } from '../support/graphql/subscribe.ts'
import { waitFor } from '../support/wait-for.ts'
import { follow } from './follower.ts'

const SharedContact = graphql(`
  subscription SharedContact($id: ID) {
    contactChanged(filter: { id: $id }) { kind contact { name handles { value } } }
  }
`)
const SharedChanges = graphql(`
  subscription SharedChanges { contactChanged { cursor contact { id description } } }
`)
const SharedRun = graphql(`
  subscription SharedRun($id: ID) { syncProgress(runId: $id) { status notice progress { created } } }
`)

const api = await startTestApi({ options: { recheckSessionsMs: 300 } })
const { database, sync } = api

async function describe(workspaceId: string, ids: readonly string[], description: string) {
  await inTransaction(database.pool, async (client) => {
    await lockContacts(client, workspaceId)
    for (const id of ids) {
      await client.query(
        'UPDATE contact SET name = left($2, 20), description = $2, updated_at = change_time() WHERE id = $1',
        [id, description],
      )
    }
  })
  await announceContacts(sync, workspaceId, ids)
}

test('identical subscriptions share one read, over both transports', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const id = await storeContact(database, workspaceId, { name: 'Ada', email: 'ada@example.test' })
  const variables = { id: globalId('Contact', id) }
  const followers = transports.flatMap((transport) =>
    Array.from({ length: 10 }, () => follow(transport, api.url, SharedContact, { ...variables }, token)),
  )
  await waitFor(() => followers.every(({ events }) => events.length === 1))

  const statements = await countStatements(async () => {
    await describe(workspaceId, [id], 'Ada L.')
    await waitFor(() => followers.every(({ events }) => events.length === 2))
  })

  const contact = { name: 'Ada L.', handles: [{ value: 'ada@example.test' }] }
  for (const { events } of followers) {
    expect(events[1]).toEqual({ data: { contactChanged: { kind: 'UPDATED', contact } } })
  }
  expect(statements.filter((text) => text.includes('contact_handle'))).toHaveLength(1)
})

test('B20: of two identical subscriptions with different tokens, the one with the revoked token ends, and the other continues', async () => {
  const { workspaceId, userId, token } = await api.createWorkspace()
  const id = await storeContact(database, workspaceId)
  const other = await issueApiToken(database.prisma, { userId, workspaceId, name: 'other', expiresAt: null })
  const variables = { id: globalId('Contact', id) }
  const kept = follow('WebSocket', api.url, SharedContact, { ...variables }, token)
  const lost = subscribe('WebSocket', api.url, SharedContact, { ...variables }, other)
  await lost.next()
  await waitFor(() => kept.events.length === 1)

  await revokeApiToken(database, { userId, workspaceId } as Viewer, other.apiToken.id)
  await expect(lost.next()).rejects.toMatchObject({ code: 4403 })
  await describe(workspaceId, [id], 'Later')

  await waitFor(() => kept.events.length === 2)
})

/** Opens a socket that subscribes and stops reading after the first event. */
async function subscribeWithoutReading(token: string, payload: object) {
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  cleanUp(() => socket.terminate())
  const messages: { type: string; payload?: { data: Record<string, never> } }[] = []
  await once(socket, 'open')
  socket.on('message', (data) => messages.push(JSON.parse(String(data))))
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }))
  socket.send(JSON.stringify({ type: 'ping' }))
  await waitFor(() => messages.some(({ type }) => type === 'connection_ack'))
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload }))
  return { socket, messages, next: () => messages.filter(({ type }) => type === 'next') }
}

/** More than the sockets on both sides can buffer. */
const [rounds, bytesOfEach] = [12, 1_000_000]

test('B6: a client that does not read does not delay others, and receives everything once it reads', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const ids: string[] = []
  for (let number = 0; number < rounds; number++) ids.push(await storeContact(database, workspaceId))
  const fast = follow('WebSocket', api.url, SharedChanges, {}, token)
  const slow = await subscribeWithoutReading(token, { query: SharedChanges.toString() })
  // A subscription receives nothing until it is set up.
  await waitFor(async () => {
    await describe(workspaceId, ids.slice(0, 1), 'first')
    return fast.events.length > 0 && slow.next().length > 0
  })
  slow.socket.pause()

  for (const [number, id] of ids.entries()) {
    await describe(workspaceId, [id], `${number} `.padEnd(bytesOfEach, 'x'))
  }
  const numbersOf = (descriptions: readonly string[]) =>
    descriptions.filter((text) => text.length === bytesOfEach).map((text) => Number.parseInt(text, 10))
  const fastNumbers = () => numbersOf(fast.events.map(({ data }) => data?.contactChanged.contact?.description ?? ''))
  const slowChanges = () =>
    slow.next().map(({ payload }) => payload?.data.contactChanged as unknown as { contact: { description: string } })
  // An event that waited shows the state at the time of its read, so the first contact can be told twice.
  const slowNumbers = () => [...new Set(numbersOf(slowChanges().map(({ contact }) => contact.description)))]
  await waitFor(() => fastNumbers().length === rounds)
  expect(slowNumbers().length).toBeLessThan(rounds)
  slow.socket.resume()

  await waitFor(() => slowNumbers().length === rounds)
  expect(slowNumbers()).toEqual([...ids.keys()])
}, 300_000)

test('B68: a client that does not read receives the final state and one completion once it reads', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const run = await storeRun(database, workspaceId, { status: 'RUNNING' })
  const variables = { id: globalId('SyncRun', run.id) }
  const move = async (data: { created: number; notice: string; status?: 'COMPLETED' }) => {
    await database.prisma.syncRun.update({ where: { id: run.id }, data })
    await sync.announcements.publish('run-progressed', workspaceId, { runId: run.id })
  }
  const fast = follow('WebSocket', api.url, SharedRun, { ...variables }, token)
  const slow = await subscribeWithoutReading(token, { query: SharedRun.toString(), variables })
  await waitFor(() => fast.events.length > 0 && slow.next().length > 0)
  slow.socket.pause()
  for (let created = 1; created <= rounds; created++) {
    await move({ created, notice: 'x'.repeat(bytesOfEach) })
    await waitFor(() => fast.events.at(-1)?.data?.syncProgress.progress.created === created)
  }
  await move({ created: rounds, notice: '', status: 'COMPLETED' })
  await fast.ended
  slow.socket.resume()

  await waitFor(() => slow.messages.some(({ type }) => type === 'complete'))
  const states = slow
    .next()
    .map(({ payload }) => payload?.data.syncProgress as unknown as { status: string; progress: { created: number } })
  const counts = states.map(({ progress }) => progress.created)
  expect(states.filter(({ status }) => status === 'COMPLETED')).toHaveLength(1)
  expect(states.at(-1)).toMatchObject({ status: 'COMPLETED', progress: { created: rounds } })
  expect(counts).toEqual([...counts].sort((one, other) => one - other))
  expect(slow.messages.at(-1)).toMatchObject({ type: 'complete' })
}, 300_000)

const viewer: Viewer = {
  userId: 'u',
  organizationId: 'o',
  workspaceId: 'w',
  plan: 'GROWTH',
  role: 'MEMBER',
}
const query = 'subscription A($id: ID, $after: String) { contactChanged(filter: { id: $id }, after: $after) { kind } }'

/** The properties that decide whether two subscriptions receive the same results. */
function identity({
  by = {},
  text = query,
  variables = { id: '1' },
  key = '',
}: {
  by?: Partial<Viewer>
  text?: string
  variables?: Record<string, unknown>
  key?: string
} = {}) {
  const contextValue = { viewer: { ...viewer, ...by } }
  const args = { schema, document: parse(text), contextValue, variableValues: variables }
  return identityOf(args, { key, startArguments: ['after'] })
}

test.for([
  ['a different user', { by: { userId: 'x' } }],
  ['a different role', { by: { role: 'WORKSPACE_ADMIN' } }],
  ['a different plan', { by: { plan: 'STARTER' } }],
  ['a different workspace', { by: { workspaceId: 'x' } }],
  ['a different organization', { by: { organizationId: 'x' } }],
  ['a different contact with the same HubSpot id', { key: 'x' }],
  ['a different filter', { variables: { id: '2' } }],
  ['a different document', { text: query.replace('kind', 'contactId') }],
] as const)('B8, I2: %s makes subscriptions different', ([, difference]) => {
  expect(identity(difference as Parameters<typeof identity>[0])).not.toBe(identity())
})

test('a different starting place makes subscriptions different if its variable is also used elsewhere', () => {
  const text =
    'subscription A($after: String) { contactChanged(filter: { externalId: $after }, after: $after) { kind } }'

  expect(identity({ text, variables: { after: '1' } })).not.toBe(identity({ text, variables: { after: '2' } }))
})

test('a different starting place alone does not make subscriptions different', () => {
  expect(identity({ variables: { after: 'somewhere', id: '1' } })).toBe(identity())
})
