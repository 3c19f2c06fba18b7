import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { announceContacts } from '../../src/contacts/announce-contacts.ts'
import { lockContacts } from '../../src/contacts/contact-lock.ts'
import { inTransaction, type Queryable } from '../../src/database/database.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact } from '../support/graphql/stored-rows.ts'
import { subscribe, transports } from '../support/graphql/subscribe.ts'

const Changes = graphql(`
  subscription Changes($filter: ContactChangeFilter, $after: String) {
    contactChanged(filter: $filter, after: $after) { kind contactId contact { name } cursor changedAt }
  }
`)

const api = await startTestApi()

/** Changes contacts as every writer does: under the lock, and announced after the commit. */
async function change(workspaceId: string, ids: string[], work: (client: Queryable) => Promise<unknown>) {
  await inTransaction(api.database.pool, async (client) => {
    await lockContacts(client, workspaceId)
    await work(client)
  })
  await announceContacts(api.sync, workspaceId, ids)
}

const rename = (workspaceId: string, id: string, name: string) =>
  change(workspaceId, [id], (client) =>
    client.query('UPDATE contact SET name = $2, updated_at = change_time() WHERE id = $1', [id, name]),
  )

type Stream = ReturnType<
  typeof subscribe<{ contactChanged: { kind: string; contact: { name: string } | null; cursor: string } }, object>
>

async function next(stream: Stream) {
  const { value, done } = await stream.next()
  if (done || !value.data) throw new Error(JSON.stringify(value ?? 'the stream ended'))
  return value.data.contactChanged
}

for (const transport of transports) {
  test(`B6: over ${transport}, a follower of one contact receives its current state, then each change`, async () => {
    const { workspaceId, token } = await api.createWorkspace()
    const id = await storeContact(api.database, workspaceId, { name: 'Ada' })
    const other = await storeContact(api.database, workspaceId, { name: 'Bob' })
    const contactId = globalId('Contact', id)

    const stream = subscribe(transport, api.url, Changes, { filter: { id: contactId } }, { token })
    const present = await next(stream)
    await rename(workspaceId, other, 'Robert')
    await rename(workspaceId, id, 'Ada L.')
    const changed = await next(stream)
    await rename(workspaceId, id, 'Ada Lovelace')
    const again = await next(stream)

    expect(present).toMatchObject({ kind: 'PRESENT', contactId, contact: { name: 'Ada' } })
    expect(changed).toMatchObject({ kind: 'UPDATED', contactId, contact: { name: 'Ada L.' } })
    expect(again).toMatchObject({ kind: 'UPDATED', contactId, contact: { name: 'Ada Lovelace' } })
    await stream.return?.()
  })

  test(`B6: over ${transport}, a client that reconnects with its cursor receives what it missed, once and in order`, async () => {
    const { workspaceId, token } = await api.createWorkspace()
    const ada = await storeContact(api.database, workspaceId, { name: 'Ada' })
    const first = subscribe(transport, api.url, Changes, { filter: { id: globalId('Contact', ada) } }, { token })
    const { cursor } = await next(first)
    await first.return?.()

    const bob = await storeContact(api.database, workspaceId, { name: 'Bob' })
    await rename(workspaceId, ada, 'Ada L.')
    await rename(workspaceId, bob, 'Robert')
    await rename(workspaceId, ada, 'Ada Lovelace')
    const second = subscribe(transport, api.url, Changes, { after: cursor }, { token })
    const missed = [await next(second), await next(second)]
    await rename(workspaceId, bob, 'Bobby')
    const live = await next(second)

    expect(missed).toMatchObject([
      { kind: 'CREATED', contact: { name: 'Robert' } },
      { kind: 'UPDATED', contact: { name: 'Ada Lovelace' } },
    ])
    expect(live).toMatchObject({ kind: 'UPDATED', contact: { name: 'Bobby' } })
    await second.return?.()
  })
}

test('B6: linking, leaving HubSpot, and deletion are distinguished', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const id = await storeContact(api.database, workspaceId)
  const stream = subscribe('WebSocket', api.url, Changes, { filter: { id: globalId('Contact', id) } }, { token })
  await next(stream)

  await change(workspaceId, [id], async (client) => {
    await client.query(
      'INSERT INTO contact_link (workspace_id, hubspot_id, contact_id, synced_at) VALUES ($1, 1001, $2, now())',
      [workspaceId, id],
    )
    await client.query(`UPDATE contact SET external_id = '1001', updated_at = change_time() WHERE id = $1`, [id])
  })
  const linked = await next(stream)
  await rename(workspaceId, id, 'Ada L.')
  const updated = await next(stream)
  await change(workspaceId, [id], async (client) => {
    await client.query(
      `UPDATE contact_link SET state = 'SOURCE_DELETED', state_changed_at = change_time() WHERE contact_id = $1`,
      [id],
    )
    await client.query('UPDATE contact SET updated_at = change_time() WHERE id = $1', [id])
  })
  const unlinked = await next(stream)
  await change(workspaceId, [id], async (client) => {
    await client.query('INSERT INTO contact_deletion (workspace_id, contact_id) VALUES ($1, $2)', [workspaceId, id])
    await client.query('DELETE FROM contact WHERE id = $1', [id])
  })
  const deleted = await next(stream)

  expect([linked, updated, unlinked, deleted].map(({ kind }) => kind)).toEqual([
    'LINKED',
    'UPDATED',
    'UNLINKED',
    'DELETED',
  ])
  expect(deleted.contact).toBeNull()
  await stream.return?.()
})

test('B6: a follower of an account or a HubSpot id receives no other contact', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const { prisma } = api.database
  const account = await prisma.account.create({ data: { id: crypto.randomUUID(), workspaceId, name: 'Acme' } })
  const inAccount = await storeContact(api.database, workspaceId, { name: 'In' })
  await prisma.contact.update({ where: { id: inAccount }, data: { accountId: account.id } })
  const linked = await storeContact(api.database, workspaceId, { name: 'Linked', hubspotId: 1001n })
  const byAccount = subscribe(
    'WebSocket',
    api.url,
    Changes,
    { filter: { accountId: globalId('Account', account.id) } },
    { token },
  )
  const byExternalId = subscribe('WebSocket', api.url, Changes, { filter: { externalId: '1001' } }, { token })
  const present = await next(byExternalId)
  const told = next(byAccount)

  // Changes before the subscription is set up are not reported, so the account's contact is renamed until one is.
  const renaming = (async () => {
    for (let turn = 0; turn < 100; turn++) {
      await rename(workspaceId, linked, `Linked ${turn}`)
      await rename(workspaceId, inAccount, `In ${turn}`)
      if (await Promise.race([told.then(() => true), new Promise((resolve) => setTimeout(resolve, 100, false))])) return
    }
  })()

  expect((await told).contact?.name).toMatch(/^In /)
  await renaming
  expect(present).toMatchObject({ kind: 'PRESENT', contact: { name: 'Linked' } })
  expect((await next(byExternalId)).contact?.name).toMatch(/^Linked /)
  await byAccount.return?.()
  await byExternalId.return?.()
})

test("B8, I2: another workspace's contacts and a teammate's private contacts are never published", async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const other = await api.createWorkspace()
  const owner = await api.createUser(workspaceId, 'MEMBER')
  const shared = await storeContact(api.database, workspaceId, { name: 'Shared' })
  const start = subscribe('WebSocket', api.url, Changes, { filter: { id: globalId('Contact', shared) } }, { token })
  const { cursor } = await next(start)
  await start.return?.()
  await storeContact(api.database, other.workspaceId, { name: 'Foreign' })
  await storeContact(api.database, workspaceId, { name: 'Private', privateOwnerId: owner.userId })
  await storeContact(api.database, workspaceId, { name: 'New' })

  const asAdmin = subscribe('WebSocket', api.url, Changes, { after: cursor }, { token })
  const asOwner = subscribe('WebSocket', api.url, Changes, { after: cursor }, owner)

  expect((await next(asAdmin)).contact?.name).toBe('New')
  expect((await next(asOwner)).contact?.name).toBe('Private')
  expect((await next(asOwner)).contact?.name).toBe('New')
  await asAdmin.return?.()
  await asOwner.return?.()
})

test.for([
  ['not a cursor', 'nonsense'],
  ['too old', Buffer.from('1000000:01a20aca-c8f9-7289-af08-0ab22d452768').toString('base64url')],
])('a cursor that is %s is rejected as invalid input', async ([, after]) => {
  const { token } = await api.createWorkspace()

  const { value } = await subscribe('WebSocket', api.url, Changes, { after }, { token }).next()

  expect(value.errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', problems: [{ path: ['after'] }] } }])
})
