import { expect, it } from 'vitest'
import { openSharedReads } from '../../src/schema/support/shared-reads.ts'
import { cancelSyncRun, startSync } from '../../src/sync/runs/control-run.ts'
import { lastSyncedAt } from '../../src/sync/runs/last-synced-at.ts'
import { givenAPortal, nameAndEmail, setUpAccountsSync } from '../support/set-up-accounts.ts'
import { setUpListSync, type TestSync } from '../support/test-sync.ts'

const minute = 60_000
const begin = Date.parse('2026-06-01T12:00:00Z')

/** A list of one contact and a clock that the test moves. */
const givenAnn = async () => {
  let time = begin
  const { portal, sync } = await givenAPortal({ now: () => new Date(time) })
  const ann = portal.putContact({ properties: { firstname: 'Ann', email: 'ann@x.example' } })
  portal.putList({ listId: '42', members: 'all-contacts' })
  await setUpListSync(sync, '42', nameAndEmail)
  const syncAt = async (minutes: number) => {
    time = begin + minutes * minute
    return sync.sync()
  }
  const at = (minutes: number) => {
    time = begin + minutes * minute
  }
  return { portal, sync, ann, syncAt, at }
}

/** Minutes after the beginning at which each contact was last synced, according to the API. */
const times = async ({ database, viewer: { workspaceId } }: TestSync): Promise<Record<string, number>> => {
  const { lastRunFinishedAt } = await openSharedReads(database).origin(workspaceId, 'CONTACT')
  const links = await database.prisma.contactLink.findMany({ where: { workspaceId } })
  return Object.fromEntries(
    links.map((link) => [String(link.hubspotId), (lastSyncedAt(link, lastRunFinishedAt).getTime() - begin) / minute]),
  )
}

it('B40, B52: the time advances with every successful run that saw the contact, although nothing is written', async () => {
  const { sync, ann, syncAt } = await givenAnn()
  await syncAt(1)
  const before = await sync.database.prisma.contactLink.findMany()

  await syncAt(2)
  await syncAt(3)

  expect(await times(sync)).toEqual({ [ann]: 3 })
  expect(await sync.database.prisma.contactLink.findMany()).toEqual(before)
})

it('B40: the time of a skipped contact stays at the last run that synced it, and advances again afterwards', async () => {
  const { portal, sync, ann, syncAt } = await givenAnn()
  await syncAt(1)
  await syncAt(2)

  portal.putContact({ id: ann, properties: { email: null } })
  await syncAt(3)
  expect(await times(sync)).toEqual({ [ann]: 2 })
  await syncAt(4)
  expect(await times(sync)).toEqual({ [ann]: 2 })

  portal.putContact({ id: ann, properties: { email: 'ann@x.example' } })
  await syncAt(5)
  expect(await times(sync)).toEqual({ [ann]: 5 })
})

it('B40, B57, B58: the time of a contact that left does not advance', async () => {
  const { portal, sync, ann, syncAt } = await givenAnn()
  const bea = portal.putContact({ properties: { firstname: 'Bea', email: 'bea@x.example' } })
  const members = (...ids: string[]) => portal.putList({ listId: '42', processingType: 'MANUAL', members: ids })
  members(ann, bea)
  await syncAt(1)
  await syncAt(2)

  portal.archiveContact(bea)
  members(bea)
  await syncAt(3)
  await syncAt(4)

  expect(await times(sync)).toEqual({ [ann]: 2, [bea]: 2 })
})

it('B40: a run that failed or was cancelled confirms nothing', async () => {
  const { portal, sync, ann, syncAt, at } = await givenAnn()
  await syncAt(1)

  portal.deleteList('42')
  expect(await syncAt(2)).toMatchObject({ status: 'FAILED' })
  portal.restoreList('42')
  at(3)
  const run = await startSync(sync.context, sync.viewer)
  await cancelSyncRun(sync.context, sync.viewer, run.id)

  expect(await times(sync)).toEqual({ [ann]: 1 })
})

it('B40, B64: a run over accounts only says nothing about contacts', async () => {
  const { sync, ann, syncAt } = await givenAnn()
  await syncAt(1)
  await setUpAccountsSync(sync)
  await sync.database.prisma.syncSettings.updateMany({ data: { contactsEnabled: false } })

  expect(await syncAt(2)).toMatchObject({ status: 'COMPLETED', objectType: 'ACCOUNT' })

  expect(await times(sync)).toEqual({ [ann]: 1 })
})
