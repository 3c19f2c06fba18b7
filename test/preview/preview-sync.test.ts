import { expect, it } from 'vitest'
import { previewSchema } from '../../src/sync/preview/preview-report.ts'
import { cancelSyncRun } from '../../src/sync/runs/control-run.ts'
import { previewSync } from '../../src/sync/runs/start-preview.ts'
import { workOnRun } from '../../src/sync/work-on-run.ts'
import { type Given, givenAccounts, givenAList } from '../records/single-records-fixture.ts'

async function preview({ sync }: Given) {
  const { id } = await previewSync(sync.context, sync.viewer)
  await sync.workOff()
  const run = await sync.run(id)
  return { run, report: previewSchema.parse(run.preview) }
}

/** Everything in the workspace's store, with the version of each row. */
async function storeOf({ sync }: Given): Promise<unknown> {
  const tables = ['contact', 'contact_handle', 'contact_link', 'account', 'account_domain', 'account_link']
  const more = ['hubspot_alias', 'sync_error', 'sync_run_member', 'sync_run_departure']
  const rows = await Promise.all(
    [...tables, ...more].map((table) =>
      sync.database.pool.query(`SELECT row.*, row.xmin::text FROM ${table} row ORDER BY row::text`),
    ),
  )
  return rows.map((result) => result.rows)
}

/** Contacts that lead to each outcome in the next run. */
async function givenAllOutcomes(): Promise<Given & { ids: Record<string, string> }> {
  const given = await givenAList({ tuning: { pageSize: 2, membershipLimit: 2, readLimit: 2 } })
  const { portal, sync } = given
  const [same, changed, gone, left] = given.contacts(4) as [string, string, string, string]
  await sync.sync()
  const { prisma } = sync.database
  const { workspaceId } = sync.viewer
  const local = await prisma.contact.create({ data: { id: crypto.randomUUID(), workspaceId, name: 'Local' } })
  await prisma.contactHandle.create({
    data: { workspaceId, contactId: local.id, source: 'EMAIL', value: 'local@x.example' },
  })
  portal.putContact({ id: changed, properties: { firstname: 'Changed' } })
  portal.archiveContact(gone)
  const fresh = portal.putContact({ properties: { email: 'fresh@x.example' } })
  const met = portal.putContact({ properties: { email: 'local@x.example' } })
  const bare = portal.putContact({ properties: { firstname: 'Bare' } })
  const twin = portal.putContact({ properties: { email: 'fresh@x.example' } })
  portal.setListMembers('42', [same, changed, gone, fresh, met, bare, twin])
  return { ...given, ids: { same, changed, gone, left, fresh, met, bare, twin, local: local.id } }
}

it('I3, I4, B69: a preview shows counts, samples, errors, and departures, and changes nothing in the store', async () => {
  const given = await givenAllOutcomes()
  const { ids, sync } = given
  const before = await storeOf(given)

  const { run, report } = await preview(given)

  expect(await storeOf(given)).toEqual(before)
  expect(run).toMatchObject({
    scope: 'PREVIEW',
    status: 'COMPLETED_WITH_ERRORS',
    phase: 'FINISHED',
    total: 6,
    created: 1,
    linked: 1,
    updated: 1,
    unchanged: 1,
    skipped: 2,
    failed: 0,
  })
  expect(report.samples).toHaveLength(5)
  expect(report.samples).toEqual(
    expect.arrayContaining([
      { objectType: 'CONTACT', hubspotId: ids.fresh, outcome: 'CREATED', rule: 'NEW', recordId: null },
      { objectType: 'CONTACT', hubspotId: ids.met, outcome: 'LINKED', rule: 'MATCHED_BY_HANDLE', recordId: ids.local },
      expect.objectContaining({ hubspotId: ids.changed, outcome: 'UPDATED', rule: 'LINKED_ALREADY' }),
      expect.objectContaining({ hubspotId: ids.bare, outcome: 'SKIPPED', rule: 'MISSING_HANDLE' }),
      expect.objectContaining({ hubspotId: ids.twin, outcome: 'SKIPPED', rule: 'HANDLE_TAKEN' }),
    ]),
  )
  expect(report.errors).toEqual([
    { type: 'MISSING_HANDLE', objectType: 'CONTACT', count: 1, hubspotIds: [ids.bare] },
    { type: 'EMAIL_TAKEN', objectType: 'CONTACT', count: 1, hubspotIds: [ids.twin] },
  ])
  expect(report.departures).toContainEqual({
    objectType: 'CONTACT',
    sourceDeleted: 1,
    outOfScope: 1,
    mergedAway: 0,
  })
  const start = await sync.sync()
  const counts = ({ status, total, created, linked, updated, unchanged, skipped, failed }: typeof run) => ({
    status,
    total,
    created,
    linked,
    updated,
    unchanged,
    skipped,
    failed,
  })
  expect(counts(start)).toEqual(counts(run))
})

it('B66: a preview of accounts and their contacts equals the start that follows', async () => {
  const given = await givenAccounts()
  const { portal, sync } = given
  const [one, two, three] = given.contacts(3) as [string, string, string]
  const acme = portal.putCompany({ properties: { name: 'Acme', domain: 'acme.example' } })
  const twin = portal.putCompany({ properties: { name: 'Twin', domain: 'acme.example' } })
  portal.associate(acme, one)
  portal.associate(twin, two)
  portal.associate(twin, three)

  const { run, report } = await preview(given)
  const start = await sync.sync()

  expect(run.accountsProgress).toEqual({ ...Object(start.accountsProgress), workSeconds: expect.any(Number) })
  expect(run).toMatchObject({ created: 2, skipped: 3, total: 5 })
  expect(start).toMatchObject({ created: 2, skipped: 3, total: 5 })
  expect(report.errors).toEqual([
    { type: 'ACCOUNT_NOT_SYNCED', objectType: 'CONTACT', count: 2, hubspotIds: [two, three] },
    { type: 'DOMAIN_TAKEN', objectType: 'ACCOUNT', count: 1, hubspotIds: [twin] },
  ])
})

it('B37, B11, B12: a preview starts nothing, does not change the schedule, and runs next to a run', async () => {
  const given = await givenAList()
  const { sync } = given
  given.contacts(2)
  const settings = () => sync.database.prisma.syncSettings.findFirstOrThrow()
  const before = await settings()

  const { run } = await preview(given)
  const again = await previewSync(sync.context, sync.viewer)
  const same = await previewSync(sync.context, sync.viewer)

  expect(await settings()).toEqual(before)
  expect(again.id).not.toBe(run.id)
  expect(same.id).toBe(again.id)
  expect(await sync.sync()).toMatchObject({ scope: 'ALL', status: 'COMPLETED', created: 2 })
  expect(await sync.run(again.id)).toMatchObject({ status: 'COMPLETED' })
})

it('B54: a problem that stops a preview fails it, and opens no error', async () => {
  const given = await givenAList()
  given.portal.deleteList('42')

  const { id } = await previewSync(given.sync.context, given.sync.viewer)
  await given.sync.workOff()

  expect(await given.sync.run(id)).toMatchObject({ status: 'FAILED', failureType: 'HUBSPOT_LIST_NOT_FOUND' })
  expect(await given.errors()).toEqual([])
})

it('B58: a preview of an emptied list warns about it, and shows what would follow', async () => {
  const given = await givenAList()
  given.contacts(20)
  await given.sync.sync()
  given.portal.setListMembers('42', [])

  const { run, report } = await preview(given)

  expect(run.status).toBe('COMPLETED_WITH_ERRORS')
  expect(report.errors).toEqual([{ type: 'MANY_DEPARTURES', objectType: 'CONTACT', count: 1, hubspotIds: [] }])
  expect(report.departures).toContainEqual(expect.objectContaining({ objectType: 'CONTACT', outOfScope: 20 }))
  expect((await given.tell()).some((line) => line.includes('OUT_OF_SCOPE'))).toBe(false)
})

it('B39: a cancelled preview stops at its next page', async () => {
  const given = await givenAList({ tuning: { pageSize: 2, membershipLimit: 2, readLimit: 2, pagesAhead: 1 } })
  const { sync } = given
  given.contacts(40)
  const { id } = await previewSync(sync.context, sync.viewer)
  const { workspaceId } = sync.viewer
  let isCancelled = false
  const context = {
    ...sync.context,
    announcements: {
      ...sync.context.announcements,
      publish: async () => {
        const { created } = await sync.run(id)
        if (created === 0 || isCancelled) return
        isCancelled = true
        await cancelSyncRun(sync.context, sync.viewer, id)
      },
    },
  }

  const state = await workOnRun(context, { workspaceId, runId: id }, new AbortController().signal)

  expect(state).toBe('done')
  const run = await sync.run(id)
  expect(run).toMatchObject({ status: 'CANCELLED', preview: null })
  expect(run.created).toBeLessThan(40)
})
