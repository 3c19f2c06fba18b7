import { expect, it } from 'vitest'
import { ignoreSyncError } from '../../src/sync/errors/retry-and-ignore.ts'
import { explainSync } from '../../src/sync/preview/explain-sync.ts'
import { HubSpotUnavailableError, InvalidInputError, NotConnectedError, SyncStateError } from '../../src/user-errors.ts'
import { type Given, givenAccounts, givenAList } from '../records/single-records-fixture.ts'

const forever = new AbortController().signal

const explain = ({ sync }: Given, id: string, objectType: 'CONTACT' | 'ACCOUNT' = 'CONTACT') =>
  explainSync(sync.context, sync.viewer, objectType, id, forever)

async function contactOf({ sync }: Given, externalId: string) {
  return (await sync.database.prisma.contact.findFirstOrThrow({ where: { externalId } })).id
}

it('B44–B48: rules 1, 2a, 2b, and 3 are reported with the contact that they matched, and nothing is written', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  const [same, changed] = given.contacts(2) as [string, string]
  await sync.sync()
  const { prisma } = sync.database
  const { workspaceId } = sync.viewer
  const local = await prisma.contact.create({ data: { id: crypto.randomUUID(), workspaceId, name: 'Local' } })
  await prisma.contactHandle.create({
    data: { workspaceId, contactId: local.id, source: 'EMAIL', value: 'local@x.example' },
  })
  portal.putContact({ id: changed, properties: { firstname: 'Changed' } })
  const met = portal.putContact({ properties: { email: 'local@x.example' } })
  const twin = portal.putContact({ properties: { email: 'p0@x.example' } })
  const fresh = portal.putContact({ properties: { email: 'fresh@x.example' } })
  const before = await given.tell()

  const found = Object.fromEntries(
    await Promise.all(
      Object.entries({ same, changed, met, twin, fresh }).map(async ([name, id]) => [name, await explain(given, id)]),
    ),
  )

  expect(found.same).toMatchObject({
    rule: 'LINKED_ALREADY',
    outcome: 'unchanged',
    recordId: await contactOf(given, same),
  })
  expect(found.changed).toMatchObject({ rule: 'LINKED_ALREADY', outcome: 'updated' })
  expect(found.met).toMatchObject({ rule: 'MATCHED_BY_HANDLE', outcome: 'linked', recordId: local.id })
  expect(found.twin).toMatchObject({
    rule: 'HANDLE_TAKEN',
    outcome: 'blocked',
    recordId: null,
    taken: { handle: { source: 'EMAIL', value: 'p0@x.example' }, heldById: await contactOf(given, same) },
    reason: expect.stringContaining('p0@x.example'),
  })
  expect(found.fresh).toMatchObject({ rule: 'NEW', outcome: 'created', recordId: null })
  expect(await given.tell()).toEqual(before)
})

it('B29, B45, B56–B58: whatever excludes a contact before any rule is reported', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  const [gone, left, ignored] = given.contacts(3) as [string, string, string]
  await sync.sync()
  const bare = portal.putContact({ properties: { firstname: 'Bare' } })
  const late = portal.putContact({ properties: { email: 'late@x.example' } })
  portal.putContact({ id: ignored, properties: { email: '' } })
  await sync.sync()
  const error = await sync.database.prisma.syncError.findFirstOrThrow({ where: { hubspotId: BigInt(ignored) } })
  await ignoreSyncError(sync.context, sync.viewer, error.id)
  portal.archiveContact(gone)
  portal.setListMembers('42', [gone, ignored, bare, late])
  const { workspaceId } = sync.viewer
  await sync.database.prisma.contactLink.deleteMany({ where: { hubspotId: BigInt(late) } })
  await sync.database.prisma.contact.deleteMany({ where: { externalId: late } })
  await sync.database.prisma.workspace.update({ where: { id: workspaceId }, data: { contactLimit: 3 } })

  expect(await explain(given, gone)).toMatchObject({ rule: 'NOT_IN_HUBSPOT', recordId: await contactOf(given, gone) })
  expect(await explain(given, left)).toMatchObject({ rule: 'OUT_OF_SCOPE', recordId: await contactOf(given, left) })
  expect(await explain(given, ignored)).toMatchObject({ rule: 'EXCLUDED', outcome: null })
  expect(await explain(given, bare)).toMatchObject({ rule: 'MISSING_HANDLE', outcome: 'skipped', recordId: null })
  expect(await explain(given, late)).toMatchObject({ rule: 'LIMIT_EXCEEDED', outcome: 'left-out' })
  expect(await explain(given, '999999')).toMatchObject({ rule: 'NOT_IN_HUBSPOT', recordId: null })
})

it('B59: for a merged record, the explanation is about the record that it was merged into', async () => {
  const given = await givenAList()
  const [primary, other] = given.contacts(2) as [string, string]
  await given.sync.sync()
  const merged = given.portal.mergeContacts(primary, other)

  expect(await explain(given, other)).toMatchObject({
    hubspotId: BigInt(other),
    mergedIntoId: BigInt(merged),
    rule: 'LINKED_ALREADY',
    outcome: 'updated',
    recordId: await contactOf(given, primary),
  })
})

it('B65, B66: companies are explained too, and so are contacts that wait for theirs', async () => {
  const given = await givenAccounts()
  const { portal, sync } = given
  portal.putCompany({ properties: { name: 'First', domain: 'same.example' } })
  const twin = portal.putCompany({ properties: { name: 'Twin', domain: 'same.example' } })
  const [waits] = given.contacts(1) as [string]
  portal.associate(twin, waits)
  await sync.sync()

  expect(await explain(given, twin, 'ACCOUNT')).toMatchObject({
    rule: 'HANDLE_TAKEN',
    taken: { handle: { source: 'DOMAIN', value: 'same.example' } },
  })
  expect(await explain(given, waits)).toMatchObject({ rule: 'ACCOUNT_NOT_SYNCED', outcome: 'skipped' })
})

it('B15, B23: if an explanation is impossible, the error says why', async () => {
  const given = await givenAList()

  await expect(explain(given, 'ada')).rejects.toThrow(InvalidInputError)
  await expect(explain(given, '1', 'ACCOUNT')).rejects.toThrow(SyncStateError)
  given.portal.deleteList('42')
  await expect(explain(given, '1')).rejects.toThrow(SyncStateError)
  const { workspaceId } = given.sync.viewer
  await given.sync.database.prisma.hubSpotConnection.update({
    where: { workspaceId },
    data: { status: 'NEEDS_RECONNECT' },
  })
  await expect(explain(given, '1')).rejects.toThrow(NotConnectedError)
})

it('an unavailable HubSpot results in a typed error', async () => {
  const given = await givenAList()
  given.simulator.faults.add({ kind: 'server-error' })

  await expect(explain(given, '1')).rejects.toThrow(HubSpotUnavailableError)
})
