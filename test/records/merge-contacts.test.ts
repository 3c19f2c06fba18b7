import { expect, it } from 'vitest'
import { addContactHandle } from '../../src/contacts/contact-handles.ts'
import { createContact, type NewContact, updateContact } from '../../src/contacts/save-contact.ts'
import { createCustomField } from '../../src/custom-fields/manage-custom-fields.ts'
import { findByExternalIds } from '../../src/records/find-by-external-ids.ts'
import { mergeContacts } from '../../src/sync/errors/merge-contacts.ts'
import { InvalidInputError, MergeInHubSpotError, NotFoundError } from '../../src/user-errors.ts'
import { createTestSync } from '../support/test-sync.ts'
import { type Given, givenAList } from './single-records-fixture.ts'

const idOf = async ({ sync }: Given, externalId: string) =>
  (await sync.database.prisma.contact.findFirstOrThrow({ where: { externalId } })).id
const create = ({ sync }: Given, contact: NewContact) => createContact(sync.context, sync.viewer, contact)
const merge = ({ sync }: Given, into: string, ...ids: string[]) => mergeContacts(sync.context, sync.viewer, into, ids)
const read = ({ sync }: Given, id: string) =>
  sync.database.prisma.contact.findUniqueOrThrow({ where: { id }, include: { link: true, handles: true } })

it('B50, B51: after a merge of the two contacts in conflict, the skipped record is synced by the run in the payload', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  const moved = portal.putContact({ properties: { firstname: 'Ada', email: 'old@x.example' } })
  await sync.sync()
  const local = await create(given, { name: 'Local', handles: [{ source: 'EMAIL', value: 'new@x.example' }] })
  portal.putContact({ id: moved, properties: { email: 'new@x.example' } })
  await sync.sync()
  expect(await given.errors()).toEqual([`EMAIL_TAKEN ${moved}`])
  const linked = await idOf(given, moved)

  const { deletedIds, runId } = await merge(given, linked, local)

  expect(deletedIds).toEqual([local])
  expect(await sync.database.prisma.syncError.findFirstOrThrow()).toMatchObject({
    status: 'OPEN',
    contactId: linked,
    heldByContactId: linked,
  })
  await sync.workOff()
  expect(await sync.run(runId ?? '')).toMatchObject({ status: 'COMPLETED', scope: 'RECORDS' })
  expect(await given.errors()).toEqual([])
  expect(await given.tell()).toEqual([`${moved} Ada new@x.example`])
})

it('B42, B43: the link moves to the remaining contact, with the values that HubSpot feeds; its other values stay', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  const tier = await createCustomField(sync.database, sync.viewer, {
    objectType: 'CONTACT',
    name: 'Tier',
    type: 'STRING',
  })
  const id = portal.putContact({ properties: { firstname: 'Ada', email: 'ada@x.example' } })
  await sync.sync()
  const linked = await idOf(given, id)
  await addContactHandle(sync.context, sync.viewer, linked, { source: 'PHONE', value: '+12025550111' })
  await updateContact(sync.context, sync.viewer, linked, {
    description: 'From the linked one',
    links: ['https://two.example', 'https://one.example'],
    customFields: [{ key: tier.key, value: 'gold' }],
  })
  const into = await create(given, {
    name: 'Local',
    links: ['https://one.example'],
    handles: [{ source: 'EMAIL', value: 'local@x.example' }],
  })

  const { runId } = await merge(given, into, linked)

  const merged = await read(given, into)
  expect(merged).toMatchObject({
    externalId: id,
    // HubSpot feeds the name.
    name: 'Ada',
    description: 'From the linked one',
    links: ['https://one.example', 'https://two.example'],
    customFields: { [tier.key]: 'gold' },
    link: { hubspotId: BigInt(id), state: 'ACTIVE' },
  })
  expect(merged.handles.map(({ value, fromHubspot }) => `${value} ${fromHubspot}`).sort()).toEqual([
    '+12025550111 false',
    'ada@x.example true',
    'local@x.example false',
  ])
  await sync.workOff()
  expect(await sync.run(runId ?? '')).toMatchObject({ skipped: 0, failed: 0 })
  const run = await sync.sync()
  expect(run).toMatchObject({ created: 0, updated: 0, unchanged: 1 })
  expect(await given.tell()).toEqual([`${id} Ada +12025550111 ada@x.example local@x.example`])
})

it('B59: two contacts that follow HubSpot are merged in HubSpot; one that no longer does is merged here', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  const [one, two] = given.contacts(2) as [string, string]
  await sync.sync()
  const [first, second] = [await idOf(given, one), await idOf(given, two)]
  const before = await given.tell()

  await expect(merge(given, first, second)).rejects.toMatchObject({
    constructor: MergeInHubSpotError,
    externalIds: [one, two],
    hubspotUrls: [expect.stringContaining(one), expect.stringContaining(two)],
  })
  expect(await given.tell()).toEqual(before)

  portal.archiveContact(one)
  await sync.sync()
  await merge(given, first, second)
  await sync.workOff()

  expect(await given.tell()).toEqual([`${two} P1 p0@x.example p1@x.example`])
  expect(await idOf(given, two)).toBe(first)
  const where = { workspaceId: sync.viewer.workspaceId, objectType: 'CONTACT' } as const
  const [found] = await findByExternalIds(sync.database, where, [one], (ids) =>
    sync.database.prisma.contact.findMany({ where: { externalId: { in: ids } } }),
  )
  expect(found?.id).toBe(first)
  // The next run neither brings the deleted one back nor takes its handle away.
  await sync.sync()
  expect(await given.tell()).toEqual([`${two} P1 p0@x.example p1@x.example`])
})

it('B43: a contact that waits for its HubSpot contact keeps waiting under the remaining contact', async () => {
  const given = await givenAList()
  const { sync } = given
  const into = await create(given, { name: 'Into' })
  const waiting = await create(given, { externalId: '4711' })
  const other = await create(given, { externalId: '4712' })

  await expect(merge(given, into, waiting, other)).rejects.toThrow(MergeInHubSpotError)
  await merge(given, into, waiting)

  expect(await read(given, into)).toMatchObject({ externalId: '4711', link: null })
  expect(await sync.database.prisma.contact.count()).toBe(2)
})

it('B67: the account comes along if the remaining contact has none, and stays if it was attached by hand', async () => {
  const given = await givenAList()
  const { workspaceId } = given.sync.viewer
  const account = async (name: string) =>
    (await given.sync.database.prisma.account.create({ data: { id: crypto.randomUUID(), workspaceId, name } })).id
  const [own, theirs] = [await account('Own'), await account('Theirs')]
  const [a, b, c] = [
    await create(given, { accountId: own }),
    await create(given, { accountId: theirs }),
    await create(given, {}),
  ]

  await merge(given, a, b)
  expect(await read(given, a)).toMatchObject({ accountId: own })
  await merge(given, c, a)
  expect(await read(given, c)).toMatchObject({ accountId: own, accountFromHubspot: false })
})

it("B8, B20: only contacts that the viewer sees are merged, and private ones only with the viewer's private ones", async () => {
  const given = await givenAList()
  const { sync } = given
  const { prisma } = sync.database
  const email = [{ source: 'EMAIL', value: 'same@x.example' }] as const
  const shared = await create(given, { name: 'Shared', handles: email })
  const mine = await create(given, { name: 'Mine', isPrivate: true, handles: email })
  const alsoMine = await create(given, { isPrivate: true, handles: email })
  const theirs = await prisma.contact.create({
    data: { id: crypto.randomUUID(), workspaceId: sync.viewer.workspaceId, privateOwnerId: crypto.randomUUID() },
  })
  const other = await createTestSync({ simulator: given.simulator, database: sync.database })
  const stranger = await createContact(other.context, other.viewer, { name: 'Stranger' })

  await expect(merge(given, shared, theirs.id)).rejects.toThrow(NotFoundError)
  await expect(merge(given, shared, stranger)).rejects.toThrow(NotFoundError)
  await expect(merge(given, stranger, shared)).rejects.toThrow(NotFoundError)
  await expect(merge(given, shared, mine)).rejects.toThrow(InvalidInputError)
  await expect(merge(given, mine, shared)).rejects.toThrow(InvalidInputError)
  await expect(merge(given, shared, shared)).rejects.toThrow(InvalidInputError)
  await expect(merge(given, shared)).rejects.toThrow(InvalidInputError)
  expect(await prisma.contact.count()).toBe(5)

  await merge(given, mine, alsoMine, alsoMine)
  expect(await read(given, mine)).toMatchObject({
    name: 'Mine',
    handles: [{ value: 'same@x.example', isPrivate: true }],
  })
  expect(await prisma.contact.count({ where: { id: alsoMine } })).toBe(0)
})

it('while the sync is paused, contacts are merged and no run is started', async () => {
  const given = await givenAList()
  await given.sync.database.prisma.syncSettings.updateMany({ data: { isPaused: true } })
  const [a, b] = [await create(given, { name: 'A' }), await create(given, { name: 'B' })]

  expect(await merge(given, a, b)).toEqual({ contactId: a, deletedIds: [b], runId: null })
})
