import { expect, test } from 'vitest'
import { removeContactHandle } from '../../src/contacts/contact-handles.ts'
import { deleteContact } from '../../src/contacts/delete-contact.ts'
import { createContact, updateContact } from '../../src/contacts/save-contact.ts'
import { createTestBroker } from '../support/test-broker.ts'
import { createTestSync, setUpListSync, startTestSimulator } from '../support/test-sync.ts'

async function syncedPortal() {
  const simulator = await startTestSimulator({ portals: [{ empty: true }] })
  const portal = simulator.portal()
  const id = portal.putContact({ properties: { firstname: 'Ada', email: 'ada@example.test' } })
  const other = portal.putContact({ properties: { firstname: 'Bob', email: 'bob@example.test' } })
  portal.putList({ listId: '7', members: [id, other] })
  const { announcements } = await createTestBroker()
  const sync = await createTestSync({ simulator, announcements })
  await setUpListSync(sync, '7', [
    { property: 'firstname', target: 'FIRST_NAME' },
    { property: 'email', target: 'EMAIL' },
  ])
  await sync.sync()
  const find = (hubspotId: number) =>
    sync.database.prisma.contact.findFirst({
      where: { workspaceId: sync.viewer.workspaceId, externalId: String(hubspotId) },
      include: { handles: true },
    })
  return { sync, portal, ada: Number(id), bob: Number(other), find }
}

test('B60: a contact that was deleted here comes back with the next run unless it was excluded', async () => {
  const { sync, ada, bob, find } = await syncedPortal()
  const before = await find(ada)
  await deleteContact(sync.context, sync.viewer, before?.id ?? '', { excludeFromSync: false })
  await deleteContact(sync.context, sync.viewer, (await find(bob))?.id ?? '', { excludeFromSync: true })

  await sync.sync()

  const after = await find(ada)
  expect(after).toMatchObject({ name: 'Ada', handles: [{ value: 'ada@example.test' }] })
  expect(after?.id).not.toBe(before?.id)
  expect(await find(bob)).toBeNull()
})

test('B42, B63: local values survive every run, and fields that HubSpot feeds follow HubSpot', async () => {
  const { sync, portal, ada, find } = await syncedPortal()
  const id = (await find(ada))?.id ?? ''
  await updateContact(sync.context, sync.viewer, id, { description: 'VIP', links: ['https://ada.test'] })
  portal.putContact({ id: String(ada), properties: { firstname: 'Augusta' } })

  await sync.sync()

  expect(await find(ada)).toMatchObject({ id, name: 'Augusta', description: 'VIP', links: ['https://ada.test'] })
})

test("B49, I1: a local handle that HubSpot has too comes back as HubSpot's when it is removed here", async () => {
  const { sync, portal, find } = await syncedPortal()
  const { workspaceId } = sync.viewer
  const eve = await createContact(sync.context, sync.viewer, {
    name: 'Eve',
    handles: [{ source: 'EMAIL', value: 'eve@example.test' }],
  })
  const id = Number(portal.putContact({ properties: { firstname: 'Eve', email: 'eve@example.test' } }))
  portal.setListMembers('7', 'all-contacts')
  await sync.sync()
  expect(await find(id)).toMatchObject({ id: eve, handles: [{ fromHubspot: false }] })
  await removeContactHandle(sync.context, sync.viewer, eve, { source: 'EMAIL', value: 'eve@example.test' })
  expect(await sync.database.prisma.contactHandle.count({ where: { workspaceId, contactId: eve } })).toBe(0)

  await sync.sync()

  expect(await find(id)).toMatchObject({ id: eve, handles: [{ value: 'eve@example.test', fromHubspot: true }] })
})

test('I2, B63: if many callers create a contact with the same handle at the same time, one succeeds, even during a run', async () => {
  const { sync, portal } = await syncedPortal()
  const { workspaceId } = sync.viewer
  portal.putContact({ properties: { firstname: 'Zoe', email: 'zoe@example.test' } })
  portal.setListMembers('7', 'all-contacts')
  const handles = [{ source: 'EMAIL' as const, value: 'zoe@example.test' }]

  const outcomes = await Promise.allSettled([
    ...Array.from({ length: 8 }, (_, n) => createContact(sync.context, sync.viewer, { name: `Zoe ${n}`, handles })),
    sync.sync(),
  ])

  const held = await sync.database.prisma.contactHandle.findMany({ where: { workspaceId, value: 'zoe@example.test' } })
  expect(held).toHaveLength(1)
  const created = outcomes.slice(0, 8).filter(({ status }) => status === 'fulfilled')
  expect(created.length).toBeLessThanOrEqual(1)
  expect(outcomes.at(-1)?.status).toBe('fulfilled')
  const refused = outcomes.slice(0, 8).filter((outcome) => outcome.status === 'rejected')
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'HANDLE_TAKEN' })
})
