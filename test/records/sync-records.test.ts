import { expect, it } from 'vitest'
import { pauseSync } from '../../src/sync/runs/control-run.ts'
import { startRecordsRun } from '../../src/sync/runs/start-records-run.ts'
import { givenAccounts, givenAList } from './single-records-fixture.ts'

it('B48, B44: single records are created and updated by the same rules, and no other record is looked at', async () => {
  const { portal, sync, contacts, syncRecords, tell } = await givenAList()
  const [first, second] = contacts(2) as [string, string]
  await sync.sync()
  for (const id of [first, second]) portal.putContact({ id, properties: { firstname: 'New' } })
  const third = portal.putContact({ properties: { firstname: 'Third', email: 'third@x.example' } })

  const run = await syncRecords([first, third])

  expect(run).toMatchObject({ scope: 'RECORDS', status: 'COMPLETED', total: 2, updated: 1, created: 1 })
  expect(await tell()).toEqual([
    `${first} New p0@x.example`,
    `${second} P1 p1@x.example`,
    `${third} Third third@x.example`,
  ])
})

it('B57, B58: single records that are gone or left the list stop syncing; a restored record continues; an unlinked record stays unlinked', async () => {
  const { portal, sync, contacts, syncRecords, tell } = await givenAList()
  const [gone, left, stranger] = contacts(3) as [string, string, string]
  portal.setListMembers('42', [gone, left])
  await sync.sync()
  portal.archiveContact(gone)
  portal.setListMembers('42', [gone])

  const run = await syncRecords([gone, left, stranger])

  expect(run).toMatchObject({ status: 'COMPLETED', total: 0 })
  expect(await tell()).toEqual([`${gone} P0 p0@x.example SOURCE_DELETED`, `${left} P1 p1@x.example OUT_OF_SCOPE`])
  portal.restoreContact(gone)
  expect(await syncRecords([gone])).toMatchObject({ updated: 1 })
  expect((await tell())[0]).toBe(`${gone} P0 p0@x.example`)
})

it('B58: departures need no confirmation, however many of the single records left', async () => {
  const { portal, sync, contacts, syncRecords, tell } = await givenAList()
  const ids = contacts(30)
  await sync.sync()
  portal.setListMembers('42', [])

  const run = await syncRecords(ids)

  expect(run.status).toBe('COMPLETED')
  expect((await tell()).every((line) => line.endsWith('OUT_OF_SCOPE'))).toBe(true)
})

it('B26, B28, B58, B66: from accounts, single contacts follow their companies; single companies are synced', async () => {
  const { portal, sync, contacts, syncRecords, tell } = await givenAccounts()
  const [leaves, enters, alone] = contacts(3) as [string, string, string]
  const company = portal.putCompany({ properties: { name: 'Acme' } })
  portal.associate(company, leaves)
  await sync.sync()
  portal.dissociate(company, leaves)
  const other = portal.putCompany({ properties: { name: 'Late' } })
  portal.associate(other, enters)

  const beforeItsCompany = await syncRecords([leaves, enters, alone])
  const companies = await syncRecords([other], 'ACCOUNT')
  await syncRecords([enters])

  expect(beforeItsCompany).toMatchObject({ total: 0 })
  expect(companies).toMatchObject({ objectType: 'ACCOUNT', created: 1, total: 1 })
  // B67: the association that the sync made is gone with it.
  expect(await tell()).toEqual([`${leaves} P0 p0@x.example @Acme OUT_OF_SCOPE`, `${enters} P1 p1@x.example @Late`])
  portal.archiveCompany(other)
  await syncRecords([other], 'ACCOUNT')
  const link = await sync.database.prisma.accountLink.findFirst({ where: { hubspotId: BigInt(other) } })
  expect(link?.state).toBe('SOURCE_DELETED')
})

it('B59: for a merged single record, the record that it was merged into is synced', async () => {
  const { portal, sync, contacts, syncRecords, tell } = await givenAList()
  const [primary, other] = contacts(2) as [string, string]
  await sync.sync()
  const merged = portal.mergeContacts(primary, other)

  const run = await syncRecords([other])

  expect(run.status).toBe('COMPLETED')
  expect(await tell()).toEqual([`- P1 MERGED_AWAY`, `${merged} P0 p0@x.example p1@x.example`])
  expect(await sync.database.prisma.hubSpotAlias.findMany({ orderBy: { hubspotId: 'asc' } })).toMatchObject(
    [primary, other].map((id) => ({ hubspotId: BigInt(id), mergedIntoId: BigInt(merged) })),
  )
})

it('B54: errors of single records are resolved when these are synced, gone, or out of scope; other errors stay', async () => {
  const { portal, sync, syncRecords, errors } = await givenAList()
  const [mended, gone, left, untouched] = ['A', 'B', 'C', 'D'].map((firstname) =>
    portal.putContact({ properties: { firstname } }),
  ) as [string, string, string, string]
  portal.setListMembers('42', [mended, gone, left, untouched])
  await sync.sync()
  expect(await errors()).toHaveLength(4)
  portal.putContact({ id: mended, properties: { email: 'mended@x.example' } })
  portal.archiveContact(gone)
  portal.setListMembers('42', [mended, gone, untouched])

  const run = await syncRecords([mended, gone, left])

  expect(run).toMatchObject({ status: 'COMPLETED', created: 1 })
  expect(await errors()).toEqual([`MISSING_HANDLE ${untouched}`])
})

it('B12, B40: a run over single records advances only the sync time of its own records, and does not change the schedule', async () => {
  let at = new Date('2026-11-20T10:00:00Z')
  const { sync, contacts, syncRecords } = await givenAList({ now: () => at })
  const [looked, other] = contacts(2) as [string, string]
  const { prisma } = sync.database
  const { workspaceId } = sync.viewer
  await sync.sync()
  const settings = await prisma.syncSettings.findUniqueOrThrow({ where: { workspaceId } })
  at = new Date('2026-11-20T11:00:00Z')

  const run = await syncRecords([looked])

  expect(run).toMatchObject({ unchanged: 1, trigger: 'WEBHOOK' })
  expect(await prisma.syncSettings.findUniqueOrThrow({ where: { workspaceId } })).toEqual(settings)
  const syncedAt = async (id: string) =>
    (await prisma.contactLink.findFirstOrThrow({ where: { hubspotId: BigInt(id) } })).syncedAt.toISOString()
  expect(await syncedAt(looked)).toBe('2026-11-20T11:00:00.000Z')
  expect(await syncedAt(other)).toBe('2026-11-20T10:00:00.000Z')
})

it('B11: requests that arrive while a run is waiting join it; a run in progress is not changed', async () => {
  const { sync, contacts } = await givenAList()
  const [first, second] = contacts(2) as [string, string]
  await sync.sync()
  const ask = (id: string) =>
    startRecordsRun(sync.context, {
      workspaceId: sync.viewer.workspaceId,
      objectType: 'CONTACT',
      hubspotIds: [BigInt(id)],
      trigger: 'WEBHOOK',
      triggeredById: null,
    })

  const [one, two] = await Promise.all([ask(first), ask(second)])
  expect(two?.id).toBe(one?.id)
  expect(await sync.database.prisma.syncRunMember.count()).toBe(2)
  await sync.database.prisma.syncRun.update({ where: { id: one?.id ?? '' }, data: { status: 'RUNNING' } })
  expect((await ask(second))?.id).not.toBe(one?.id)
})

it('B37, B38, B23, B22: nothing is done before the first start, or while paused, turned off, or on a lower plan', async () => {
  const { sync, contacts } = await givenAList()
  const [id] = contacts(1) as [string]
  const { prisma } = sync.database
  const { workspaceId } = sync.viewer
  const ask = (objectType: 'CONTACT' | 'ACCOUNT' = 'CONTACT') =>
    startRecordsRun(sync.context, {
      workspaceId,
      objectType,
      hubspotIds: [BigInt(id)],
      trigger: 'WEBHOOK',
      triggeredById: null,
    })

  expect(await ask()).toBeNull()
  await sync.sync()
  expect(await ask()).not.toBeNull()
  expect(await ask('ACCOUNT')).toBeNull()
  await prisma.workspace.update({ where: { id: workspaceId }, data: { plan: 'STARTER' } })
  expect(await ask()).toBeNull()
  await prisma.workspace.update({ where: { id: workspaceId }, data: { plan: 'GROWTH' } })
  await pauseSync(sync.context, sync.viewer)
  expect(await ask()).toBeNull()
})

it('B51, B54: a record that waited for a handle gets it when its holder is synced by itself', async () => {
  const { portal, sync, syncRecords, tell, errors } = await givenAList()
  const holder = portal.putContact({ properties: { firstname: 'Holder', email: 'same@x.example' } })
  const waits = portal.putContact({ properties: { firstname: 'Waits', email: 'same@x.example' } })
  await sync.sync()
  expect(await errors()).toEqual([`EMAIL_TAKEN ${waits}`])
  portal.putContact({ id: holder, properties: { email: 'own@x.example' } })

  const run = await syncRecords([holder])

  expect(run).toMatchObject({ status: 'COMPLETED', updated: 1, created: 1, total: 2 })
  expect(await errors()).toEqual([])
  expect(await tell()).toEqual([`${holder} Holder own@x.example`, `${waits} Waits same@x.example`])
})
