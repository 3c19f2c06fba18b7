import { expect, it } from 'vitest'
import { ignoreSyncErrors, retrySyncErrors } from '../../src/sync/errors/fix-many.ts'
import { retrySyncError } from '../../src/sync/errors/retry-and-ignore.ts'
import { eraseContact } from '../../src/sync/privacy/erase-contact.ts'
import { updateSyncSettings } from '../../src/sync/settings/update-sync-settings.ts'
import { NotConnectedError, SyncStateError } from '../../src/user-errors.ts'
import { createTestSync } from '../support/test-sync.ts'
import { type Given, givenAList } from './single-records-fixture.ts'

const count = 3_000

/** A workspace whose first run found an error for each of this many contacts: they have no email. */
async function givenErrors(contacts: number) {
  const given = await givenAList()
  const ids = Array.from({ length: contacts }, (_, index) =>
    given.portal.putContact({ properties: { firstname: `P${index}` } }),
  )
  await given.sync.sync()
  return { ...given, ids }
}

function repair({ portal }: Given, ids: readonly string[]) {
  for (const id of ids) portal.putContact({ id, properties: { email: `p${id}@x.example` } })
}

const statuses = async ({ sync }: Given) =>
  Object.fromEntries(
    (await sync.database.prisma.syncError.groupBy({ by: ['status'], _count: true })).map((row) => [
      row.status,
      row._count,
    ]),
  )

it('B56: one call retries 3,000 errors in one run; another ignores them, and a third one undoes that', async () => {
  const given = await givenErrors(count)
  const { sync, ids } = given
  const { prisma } = sync.database

  const ignored = await ignoreSyncErrors(sync.context, sync.viewer, { type: 'MISSING_HANDLE', status: 'OPEN' })
  expect(ignored).toMatchObject({ affected: count, records: count, skipped: 0, skippedErrors: [], runIds: [] })
  expect(await statuses(given)).toEqual({ IGNORED: count })
  expect(await prisma.hubSpotExclusion.count()).toBe(count)
  const run = await sync.sync()
  expect(run).toMatchObject({ status: 'COMPLETED', skipped: count, created: 0 })

  repair(given, ids.slice(1))
  const undone = await retrySyncErrors(sync.context, sync.viewer, { status: 'IGNORED' })
  expect(undone).toMatchObject({ affected: count, records: count, skipped: 0, runIds: [expect.any(String)] })
  expect(sync.queue).toHaveLength(1)
  expect(await statuses(given)).toEqual({ OPEN: count })
  await sync.workOff()

  expect(await prisma.syncRun.count({ where: { scope: 'RECORDS' } })).toBe(1)
  expect(await sync.run(undone.runIds[0] ?? '')).toMatchObject({
    trigger: 'MANUAL',
    triggeredById: sync.viewer.userId,
    created: count - 1,
    skipped: 1,
  })
  expect(await statuses(given)).toEqual({ OPEN: 1, RESOLVED: count - 1 })
  expect(await prisma.hubSpotExclusion.count()).toBe(0)
  expect(await prisma.contact.count()).toBe(count - 1)
})

it('B54, B56: only errors that match the filter are retried, and errors about no single record are skipped', async () => {
  const given = await givenErrors(3)
  const { sync, ids } = given
  const known = await sync.database.prisma.syncError.findFirstOrThrow()
  const whole = { id: crypto.randomUUID(), hubspotId: 0n, type: 'LIMIT_EXCEEDED' } as const
  await sync.database.prisma.syncError.create({ data: { ...known, details: undefined, ...whole } })
  repair(given, ids)

  const one = await retrySyncErrors(sync.context, sync.viewer, { hubspotId: BigInt(ids[1] ?? ''), status: 'OPEN' })
  await sync.workOff()
  const all = await retrySyncErrors(sync.context, sync.viewer, {})
  await sync.workOff()

  expect(one).toMatchObject({ affected: 1, records: 1, skipped: 0 })
  expect(all).toMatchObject({ affected: 2, records: 2, skipped: 2 })
  expect(all.skippedErrors.map(({ reason }) => reason).sort()).toEqual(['NOT_A_RECORD', 'RESOLVED'])
  expect(await given.errors()).toEqual(['LIMIT_EXCEEDED 0'])
})

it('B56: a call that matches nothing starts no run', async () => {
  const { sync } = await givenErrors(1)

  const result = await retrySyncErrors(sync.context, sync.viewer, { type: 'EMAIL_TAKEN', status: 'OPEN' })

  expect(result).toEqual({ affected: 0, records: 0, skipped: 0, skippedErrors: [], runIds: [] })
  expect(sync.queue).toEqual([])
  expect(await sync.database.prisma.syncRun.count({ where: { scope: 'RECORDS' } })).toBe(0)
})

it('B56: ignoring a record by one of its errors closes its other errors too, and counts the matching ones', async () => {
  const given = await givenErrors(2)
  const { sync, ids } = given
  const { prisma } = sync.database
  const known = await prisma.syncError.findFirstOrThrow({ where: { hubspotId: BigInt(ids[0] ?? '') } })
  await prisma.syncError.create({
    data: { ...known, details: undefined, id: crypto.randomUUID(), type: 'INVALID_VALUE', property: 'phone' },
  })

  const result = await ignoreSyncErrors(sync.context, sync.viewer, { property: 'phone', status: 'OPEN' })

  expect(result).toMatchObject({ affected: 1, records: 1 })
  expect(await given.errors()).toEqual([`MISSING_HANDLE ${ids[1]}`])
})

it('B61, B56: no retry brings back a person who was erased', async () => {
  const given = await givenErrors(2)
  const { sync, ids } = given
  const [erased = '', other = ''] = ids
  await ignoreSyncErrors(sync.context, sync.viewer, {})
  const error = await sync.database.prisma.syncError.findFirstOrThrow({ where: { hubspotId: BigInt(erased) } })
  await eraseContact(sync.context, sync.viewer, { externalId: erased })
  repair(given, ids)

  const result = await retrySyncErrors(sync.context, sync.viewer, { status: undefined })
  await sync.workOff()
  await retrySyncError(sync.context, sync.viewer, error.id)
  await sync.workOff()

  expect(result).toMatchObject({ affected: 1, skipped: 1, skippedErrors: [{ errorId: error.id, reason: 'RESOLVED' }] })
  expect(await given.tell()).toEqual([`${other} P1 p${other}@x.example`])
})

it('B15, B38: while the sync is paused or HubSpot is not connected, a retry of many says so and changes nothing', async () => {
  const given = await givenErrors(1)
  const { sync } = given
  const { prisma } = sync.database
  await ignoreSyncErrors(sync.context, sync.viewer, {})
  const retry = () => retrySyncErrors(sync.context, sync.viewer, { status: 'IGNORED' })

  await prisma.syncSettings.updateMany({ data: { isPaused: true } })
  await expect(retry()).rejects.toThrow(SyncStateError)
  await prisma.syncSettings.updateMany({ data: { isPaused: false, activatedAt: null } })
  await expect(retry()).rejects.toThrow(SyncStateError)
  await prisma.hubSpotConnection.updateMany({ data: { status: 'NEEDS_RECONNECT' } })
  await expect(retry()).rejects.toThrow(NotConnectedError)

  expect(await statuses(given)).toEqual({ IGNORED: 1 })
})

it('B23, B56: errors of a type of record that is turned off are skipped', async () => {
  const given = await givenErrors(1)
  const { sync } = given
  const known = await sync.database.prisma.syncError.findFirstOrThrow()
  await sync.database.prisma.syncError.create({
    data: { ...known, details: undefined, id: crypto.randomUUID(), objectType: 'ACCOUNT', type: 'DOMAIN_TAKEN' },
  })
  await updateSyncSettings(sync.context, sync.viewer, { accountsEnabled: false })

  const result = await retrySyncErrors(sync.context, sync.viewer, {})

  expect(result).toMatchObject({ affected: 1, skipped: 1, skippedErrors: [{ reason: 'TURNED_OFF' }] })
  expect(result.runIds).toHaveLength(1)
})

it("B20: another workspace's errors stay as they are", async () => {
  const given = await givenErrors(2)
  const other = await createTestSync({ simulator: given.simulator, database: given.sync.database })
  await other.database.prisma.syncSettings.create({
    data: {
      workspaceId: other.viewer.workspaceId,
      contactsEnabled: true,
      contactSource: 'FROM_LIST',
      listId: '42',
      activatedAt: new Date(),
      mappings: { create: [{ objectType: 'CONTACT', hubspotProperty: 'email', target: 'EMAIL', position: 0 }] },
    },
  })

  expect(await ignoreSyncErrors(other.context, other.viewer, {})).toMatchObject({ affected: 0, skipped: 0 })
  expect(await retrySyncErrors(other.context, other.viewer, {})).toMatchObject({ affected: 0, skipped: 0, runIds: [] })

  expect(await statuses(given)).toEqual({ OPEN: 2 })
})
