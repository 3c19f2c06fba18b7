import { expect, it } from 'vitest'
import { updateContact } from '../../src/contacts/save-contact.ts'
import { linkSyncError } from '../../src/sync/errors/link-records.ts'
import { ignoreSyncError, retrySyncError } from '../../src/sync/errors/retry-and-ignore.ts'
import { InvalidInputError, NotFoundError, SyncStateError } from '../../src/user-errors.ts'
import { type Given, givenAccounts, givenAList } from './single-records-fixture.ts'

async function errorAbout({ sync }: Given, hubspotId: string) {
  return sync.database.prisma.syncError.findFirstOrThrow({ where: { hubspotId: BigInt(hubspotId), status: 'OPEN' } })
}

async function contactOf({ sync }: Given, externalId: string): Promise<string> {
  return (await sync.database.prisma.contact.findFirstOrThrow({ where: { externalId } })).id
}

it('B56: a retried record is synced by itself, and its error is resolved', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  const bad = portal.putContact({ properties: { firstname: 'Bad' } })
  const other = portal.putContact({ properties: { firstname: 'Other' } })
  await sync.sync()
  for (const id of [bad, other]) portal.putContact({ id, properties: { email: `${id}@x.example` } })

  const { id } = await retrySyncError(sync.context, sync.viewer, (await errorAbout(given, bad)).id)
  await sync.workOff()

  expect(await sync.run(id)).toMatchObject({
    scope: 'RECORDS',
    trigger: 'MANUAL',
    triggeredById: sync.viewer.userId,
    status: 'COMPLETED',
    created: 1,
  })
  expect(await given.tell()).toEqual([`${bad} Bad ${bad}@x.example`])
  expect(await given.errors()).toEqual([`MISSING_HANDLE ${other}`])
})

it('B54, B56: a retry that fails leaves one open error with a new lastSeenAt', async () => {
  let at = new Date('2026-11-20T10:00:00Z')
  const given = await givenAList({ now: () => at })
  const { portal, sync } = given
  const bad = portal.putContact({ properties: { firstname: 'Bad' } })
  await sync.sync()
  at = new Date('2026-11-20T10:05:00Z')

  const { id } = await retrySyncError(sync.context, sync.viewer, (await errorAbout(given, bad)).id)
  await sync.workOff()

  const errors = await sync.database.prisma.syncError.findMany()
  expect(errors).toMatchObject([
    {
      status: 'OPEN',
      firstSeenAt: new Date('2026-11-20T10:00:00Z'),
      lastSeenAt: new Date('2026-11-20T10:05:00Z'),
      lastRunId: id,
    },
  ])
})

it('B56, B60: an ignored record is excluded from every run and has no open error, until it is retried', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  const [kept] = given.contacts(1) as [string]
  await sync.sync()
  portal.putContact({ id: kept, properties: { email: '', firstname: 'Changed' } })
  await sync.sync()
  const error = await errorAbout(given, kept)

  const ignored = await ignoreSyncError(sync.context, sync.viewer, error.id)
  portal.putContact({ id: kept, properties: { email: 'back@x.example' } })
  const run = await sync.sync()

  expect(ignored).toMatchObject({ id: error.id, status: 'IGNORED' })
  expect(run).toMatchObject({ status: 'COMPLETED', skipped: 1, updated: 0 })
  expect(await given.errors()).toEqual([])
  expect(await given.tell()).toEqual([`${kept} P0 p0@x.example`])

  await retrySyncError(sync.context, sync.viewer, error.id)
  await sync.workOff()
  expect(await given.tell()).toEqual([`${kept} Changed back@x.example`])
  expect(await sync.database.prisma.syncError.findFirstOrThrow()).toMatchObject({ id: error.id, status: 'RESOLVED' })
  expect(await sync.database.prisma.hubSpotExclusion.count()).toBe(0)
})

it('B56: a retry of an ignored record that still fails opens its error again', async () => {
  const given = await givenAList()
  const bad = given.portal.putContact({ properties: { firstname: 'Bad' } })
  const { sync } = given
  await sync.sync()
  const error = await errorAbout(given, bad)
  await ignoreSyncError(sync.context, sync.viewer, error.id)

  await retrySyncError(sync.context, sync.viewer, error.id)
  await sync.workOff()

  expect(await sync.database.prisma.syncError.findMany()).toMatchObject([{ id: error.id, status: 'OPEN' }])
})

it('B47, B56: a record that is linked by hand takes the contact, and the record that had it is matched again', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  const first = portal.putContact({
    properties: { firstname: 'First', email: 'same@x.example', phone: '+12025550111' },
  })
  const second = portal.putContact({ properties: { firstname: 'Second', email: 'same@x.example' } })
  await sync.sync()
  const contactId = await contactOf(given, first)
  expect(await given.errors()).toEqual([`EMAIL_TAKEN ${second}`])

  const { id } = await linkSyncError(sync.context, sync.viewer, (await errorAbout(given, second)).id, {
    contactId,
    accountId: null,
  })
  await sync.workOff()

  expect(await contactOf(given, second)).toBe(contactId)
  // The first one still has the email in common, so it is now the one with the error.
  expect(await given.tell()).toEqual([`${second} Second same@x.example`])
  expect(await given.errors()).toEqual([`EMAIL_TAKEN ${first}`])
  expect(await sync.run(id)).toMatchObject({ updated: 1, skipped: 1 })
})

it('B56: a linked record moves to another contact by hand; the old contact keeps its values, without HubSpot’s handles', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  const [moved] = given.contacts(1) as [string]
  await sync.sync()
  const { prisma } = sync.database
  const { workspaceId } = sync.viewer
  const target = await prisma.contact.create({ data: { id: crypto.randomUUID(), workspaceId, name: 'Local' } })
  await prisma.contactHandle.create({
    data: { workspaceId, contactId: target.id, source: 'EMAIL', value: 'new@x.example' },
  })
  portal.putContact({ id: moved, properties: { email: 'new@x.example' } })
  await sync.sync()

  await linkSyncError(sync.context, sync.viewer, (await errorAbout(given, moved)).id, {
    contactId: target.id,
    accountId: null,
  })
  await sync.workOff()

  expect(await given.tell()).toEqual(['- P0', `${moved} P0 new@x.example`])
  expect(await contactOf(given, moved)).toBe(target.id)
  expect(await given.errors()).toEqual([])
})

it('B56, B65: a company is linked to an account by hand', async () => {
  const given = await givenAccounts()
  const { portal, sync } = given
  const { prisma } = sync.database
  const first = portal.putCompany({ properties: { name: 'First', domain: 'same.example' } })
  const second = portal.putCompany({ properties: { name: 'Second', domain: 'same.example' } })
  await sync.sync()
  const account = await prisma.account.findFirstOrThrow({ where: { externalId: first } })
  const error = await errorAbout(given, second)

  await expect(
    linkSyncError(sync.context, sync.viewer, error.id, { contactId: account.id, accountId: null }),
  ).rejects.toThrow(InvalidInputError)
  await linkSyncError(sync.context, sync.viewer, error.id, { contactId: null, accountId: account.id })
  await sync.workOff()

  expect(await prisma.account.findMany()).toMatchObject([{ id: account.id, externalId: second, name: 'Second' }])
  expect(await given.errors()).toEqual([`DOMAIN_TAKEN ${first}`])
})

it('B8, B29, B56: nothing is linked to a private or unknown contact, past the limit, or for an error without a single record', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  const { prisma } = sync.database
  const { workspaceId, userId } = sync.viewer
  given.contacts(1)
  const blocked = portal.putContact({ properties: { firstname: 'Blocked', email: 'p0@x.example' } })
  await sync.sync()
  const { id } = await errorAbout(given, blocked)
  const create = (privateOwnerId: string | null) =>
    prisma.contact.create({ data: { id: crypto.randomUUID(), workspaceId, privateOwnerId } })
  const [mine, shared] = [await create(userId), await create(null)]
  const link = (contactId: string) => linkSyncError(sync.context, sync.viewer, id, { contactId, accountId: null })

  await expect(link(mine.id)).rejects.toThrow(NotFoundError)
  await expect(link(crypto.randomUUID())).rejects.toThrow(NotFoundError)
  await prisma.workspace.update({ where: { id: workspaceId }, data: { contactLimit: 1 } })
  await prisma.contactHandle.deleteMany({ where: { value: 'p0@x.example' } })
  await expect(link(shared.id)).rejects.toThrow('limit of synced contacts')
  expect(await prisma.contactLink.count()).toBe(1)
  portal.deleteList('42')
  await sync.sync()
  const listGone = await prisma.syncError.findFirstOrThrow({ where: { hubspotId: 0n, status: 'OPEN' } })
  await expect(retrySyncError(sync.context, sync.viewer, listGone.id)).rejects.toThrow(SyncStateError)
  await expect(ignoreSyncError(sync.context, sync.viewer, listGone.id)).rejects.toThrow(SyncStateError)
})

it('B50, B56: a record is not linked while a third contact has one of its handles; the error names that contact', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  const { prisma } = sync.database
  const { workspaceId } = sync.viewer
  const email = portal.putContact({ properties: { firstname: 'Email', email: 'a@x.example' } })
  const phone = portal.putContact({ properties: { firstname: 'Phone', phone: '+12025550111' } })
  const both = portal.putContact({ properties: { firstname: 'Both', email: 'a@x.example', phone: '+12025550111' } })
  await sync.sync()
  const before = await given.tell()
  const { id } = await errorAbout(given, both)
  const local = await prisma.contact.create({ data: { id: crypto.randomUUID(), workspaceId, name: 'Local' } })
  const link = (contactId: string) => linkSyncError(sync.context, sync.viewer, id, { contactId, accountId: null })

  await expect(link(local.id)).rejects.toMatchObject({
    code: 'HANDLE_TAKEN',
    source: 'EMAIL',
    value: 'a@x.example',
    heldById: await contactOf(given, email),
  })
  await expect(link(await contactOf(given, email))).rejects.toMatchObject({
    code: 'HANDLE_TAKEN',
    source: 'PHONE',
    value: '+12025550111',
    heldById: await contactOf(given, phone),
  })
  expect(await given.tell()).toEqual(['- Local', ...before])
  expect(sync.queue).toEqual([])

  // The handle is free at the moment, whatever the error says.
  await prisma.contactHandle.deleteMany({ where: { source: 'PHONE' } })
  await link(await contactOf(given, email))
  await sync.workOff()
  expect(await given.tell()).toContain(`${both} Both +12025550111 a@x.example`)
})

it('B45, B56: a record without a handle is not linked, because it would still be skipped', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  const bad = portal.putContact({ properties: { firstname: 'Bad' } })
  await sync.sync()
  const { prisma } = sync.database
  const { workspaceId } = sync.viewer
  const { id: contactId } = await prisma.contact.create({ data: { id: crypto.randomUUID(), workspaceId } })
  const { id } = await errorAbout(given, bad)

  await expect(linkSyncError(sync.context, sync.viewer, id, { contactId, accountId: null })).rejects.toThrow(
    SyncStateError,
  )

  expect(await prisma.contact.findUnique({ where: { id: contactId } })).toMatchObject({ externalId: null })
})

it('B40, B42, B56: if a linked record is skipped after all, its contact is not synced, and stays editable', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  const { prisma } = sync.database
  const { workspaceId } = sync.viewer
  const holder = portal.putContact({ properties: { firstname: 'Holder', email: 'a@x.example' } })
  const blocked = portal.putContact({ properties: { firstname: 'Blocked', email: 'a@x.example' } })
  await sync.sync()
  const { id } = await errorAbout(given, blocked)
  await prisma.contactHandle.deleteMany({ where: { value: 'a@x.example' } })
  const { id: contactId } = await prisma.contact.create({
    data: { id: crypto.randomUUID(), workspaceId, name: 'Local' },
  })

  await linkSyncError(sync.context, sync.viewer, id, { contactId, accountId: null })
  // Between the call and the run, the record loses its handles in HubSpot.
  portal.putContact({ id: blocked, properties: { email: '' } })
  await sync.workOff()

  expect(await given.errors()).toEqual([`MISSING_HANDLE ${blocked}`])
  expect(await prisma.contactLink.findMany({ where: { contactId } })).toEqual([])
  await updateContact(sync.context, sync.viewer, contactId, { name: 'Edited' })
  expect(await given.tell()).toEqual([`${holder} Holder`, `${blocked} Edited`])

  // Once the record is right, the same contact gets its values.
  portal.putContact({ id: blocked, properties: { email: 'b@x.example' } })
  await sync.sync()
  expect(await given.tell()).toContain(`${blocked} Blocked b@x.example`)
})
