import { expect, test } from 'vitest'
import { syncChanges } from '../../src/sync/live/sync-changes.ts'
import { updateSyncSettings } from '../../src/sync/settings/update-sync-settings.ts'
import { givenLiveUpdates, type LiveWorkspace, workOff } from './live-fixture.ts'

/** Contacts come from the synced companies. */
async function givenAccounts(): Promise<LiveWorkspace> {
  const live = await givenLiveUpdates()
  const { context, viewer } = live.sync
  await updateSyncSettings(context, viewer, { accountsEnabled: true, contactSource: 'FROM_SYNCED_ACCOUNTS' })
  await live.sync.sync()
  return live
}

const tellAccounts = async ({ sync: { database, viewer } }: LiveWorkspace) => {
  const contacts = await database.prisma.contact.findMany({
    where: { workspaceId: viewer.workspaceId },
    include: { account: true, link: true },
  })
  return contacts.map(({ name, account, link }) => `${name} @${account?.name ?? '-'} ${link?.state}`).sort()
}

test('B66, B71: a new company is synced before its contacts, in whatever order they are reported', async () => {
  const live = await givenAccounts()
  const { simulator, sync, put } = live
  const portal = simulator.portal()
  simulator.webhooks.configure({ shuffle: true, duplicateShare: 0.5 })
  const company = portal.putCompany({ properties: { name: 'Acme', domain: 'acme.example' } })
  const ada = put({ firstname: 'Ada', email: 'ada@acme.example' })
  portal.associate(company, ada)
  await simulator.webhooks.flush()

  await syncChanges(sync.context)
  const first = await sync.database.prisma.syncRun.findMany({ where: { scope: 'RECORDS' } })
  expect(first.map(({ objectType }) => objectType)).toEqual(['ACCOUNT'])
  await workOff(sync)

  expect(await tellAccounts(live)).toEqual(['Ada @Acme ACTIVE'])
})

test('B26, B58, B67: a contact comes and goes with its association to a synced company', async () => {
  const live = await givenAccounts()
  const { simulator, put, catchUp } = live
  const portal = simulator.portal()
  const company = portal.putCompany({ properties: { name: 'Acme', domain: 'acme.example' } })
  const ada = put({ firstname: 'Ada', email: 'ada@acme.example' })
  await catchUp()
  expect(await tellAccounts(live)).toEqual([])

  portal.associate(company, ada)
  await catchUp()
  expect(await tellAccounts(live)).toEqual(['Ada @Acme ACTIVE'])
  portal.dissociate(company, ada)
  await catchUp()

  expect(await tellAccounts(live)).toMatchObject([expect.stringMatching(/^Ada @.* OUT_OF_SCOPE$/)])
})

test('B58, B66: a company that is deleted takes its contacts out of scope', async () => {
  const live = await givenAccounts()
  const { simulator, put, catchUp } = live
  const portal = simulator.portal()
  const company = portal.putCompany({ properties: { name: 'Acme', domain: 'acme.example' } })
  portal.associate(company, put({ firstname: 'Ada', email: 'ada@acme.example' }))
  await catchUp()
  expect(await tellAccounts(live)).toEqual(['Ada @Acme ACTIVE'])

  portal.archiveCompany(company)
  await catchUp()

  expect(await tellAccounts(live)).toMatchObject([expect.stringMatching(/^Ada @.* OUT_OF_SCOPE$/)])
})

test('B29: changes that arrive during a full run keep to the limit exactly', async () => {
  const live = await givenLiveUpdates()
  const { simulator, sync, put } = live
  const { workspaceId } = sync.viewer
  const { prisma } = sync.database
  await prisma.workspace.update({ where: { id: workspaceId }, data: { contactLimit: 30 } })
  for (let n = 0; n < 25; n++) put({ firstname: `P${n}`, email: `p${n}@x.example` })
  await simulator.webhooks.flush()
  for (let n = 25; n < 60; n++) put({ firstname: `P${n}`, email: `p${n}@x.example` })

  // The full run and the runs over reported changes take turns in any order.
  const running = sync.sync()
  for (let turn = 0; turn < 10; turn++) {
    await syncChanges(sync.context)
    await simulator.webhooks.flush()
  }
  await running
  await workOff(sync)

  expect(await prisma.contactLink.count({ where: { workspaceId, state: 'ACTIVE' } })).toBe(30)
  expect((await prisma.contact.findMany({ where: { workspaceId } })).length).toBe(30)
})
