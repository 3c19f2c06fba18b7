import { expect, it } from 'vitest'
import { cancelSyncRun, resumeSync, startSync } from '../../src/sync/runs/control-run.ts'
import { SyncStateError } from '../../src/user-errors.ts'
import { givenAPortal, nameAndEmail, setUpAccountsSync, tellErrors } from '../support/set-up-accounts.ts'
import { setUpListSync } from '../support/test-sync.ts'

const givenAListOf = async (count: number) => {
  const { portal, sync } = await givenAPortal({ tuning: { pageSize: 7, readLimit: 7 } })
  const ids = Array.from({ length: count }, (_, number) =>
    portal.putContact({ properties: { firstname: 'Ann', email: `p${number}@x.example` } }),
  )
  portal.putList({ listId: '42', members: ids })
  await setUpListSync(sync, '42', nameAndEmail)
  await sync.sync()
  const states = async () => {
    const links = await sync.database.prisma.contactLink.groupBy({ by: ['state'], _count: true })
    return Object.fromEntries(links.map(({ state, _count }) => [state, _count]))
  }
  return { portal, sync, ids, states }
}

it('B58: a list that lost more than its share makes the run wait, with nothing changed, and the error says why', async () => {
  const { portal, sync, states } = await givenAListOf(40)

  portal.setListMembers('42', [])
  const run = await sync.sync()

  expect(run).toMatchObject({ status: 'PAUSED', phase: 'SETTLING_CONTACTS', departuresConfirmed: false })
  expect(run.holdReason).toContain('40 of 40 synced contacts')
  expect(await states()).toEqual({ ACTIVE: 40 })
  expect(await tellErrors(sync)).toEqual(['MANY_DEPARTURES 0'])
})

it('B38, B58: resumeSync without a confirmation is refused and changes nothing; with one, the run continues to its end', async () => {
  const { portal, sync, states } = await givenAListOf(40)
  portal.setListMembers('42', [])
  const held = await sync.sync()

  await expect(resumeSync(sync.context, sync.viewer)).rejects.toThrow(SyncStateError)
  await expect(resumeSync(sync.context, sync.viewer)).rejects.toThrow(/confirmDepartures/)
  expect(await sync.run(held.id)).toMatchObject({ status: 'PAUSED', holdReason: held.holdReason })

  await resumeSync(sync.context, sync.viewer, { confirmDepartures: true })
  await sync.workOff()

  expect(await sync.run(held.id)).toMatchObject({ status: 'COMPLETED', departuresConfirmed: true, holdReason: null })
  expect(await states()).toEqual({ OUT_OF_SCOPE: 40 })
  expect(await tellErrors(sync)).toEqual([])
})

it('B58: after a cancellation and a corrected list, the next run finds everything as it was', async () => {
  const { portal, sync, ids, states } = await givenAListOf(40)
  portal.setListMembers('42', ids.slice(0, 20))
  const held = await sync.sync()
  expect(held.status).toBe('PAUSED')

  await cancelSyncRun(sync.context, sync.viewer, held.id)
  portal.setListMembers('42', ids)
  const run = await sync.sync()

  expect(run).toMatchObject({ status: 'COMPLETED', unchanged: 40 })
  expect(await states()).toEqual({ ACTIVE: 40 })
  expect(await tellErrors(sync)).toEqual([])
})

it('B58: departures up to the share, and up to ten whatever the share, need no confirmation', async () => {
  const { portal, sync, ids, states } = await givenAListOf(60)

  portal.setListMembers('42', ids.slice(12))
  expect(await sync.sync()).toMatchObject({ status: 'COMPLETED' })
  expect(await states()).toEqual({ ACTIVE: 48, OUT_OF_SCOPE: 12 })

  await sync.database.prisma.syncSettings.updateMany({ data: { departureLimitPercent: 1 } })
  portal.setListMembers('42', ids.slice(22))
  expect(await sync.sync()).toMatchObject({ status: 'COMPLETED' })
  portal.setListMembers('42', ids.slice(33))
  expect(await sync.sync()).toMatchObject({ status: 'PAUSED' })
  expect(await states()).toEqual({ ACTIVE: 38, OUT_OF_SCOPE: 22 })
})

it('B11, B58: while a run waits, a start returns it, and it stays waiting', async () => {
  const { portal, sync } = await givenAListOf(40)
  portal.setListMembers('42', [])
  const held = await sync.sync()

  const again = await startSync(sync.context, sync.viewer)
  await sync.workOff()

  expect(again.id).toBe(held.id)
  expect(await sync.run(held.id)).toMatchObject({ status: 'PAUSED', holdReason: held.holdReason })
})

it('B66: the same for accounts', async () => {
  const { portal, sync } = await givenAPortal()
  const ids = Array.from({ length: 12 }, (_, number) =>
    portal.putCompany({ properties: { name: `Company ${number}` } }),
  )
  await setUpAccountsSync(sync)
  await sync.sync()

  for (const id of ids) portal.archiveCompany(id)
  const held = await sync.sync()

  expect(held).toMatchObject({ status: 'PAUSED', phase: 'SETTLING_ACCOUNTS' })
  expect(held.holdReason).toContain('12 of 12 synced accounts are no longer in HubSpot')
  expect(await sync.database.prisma.accountLink.count({ where: { state: 'ACTIVE' } })).toBe(12)

  await resumeSync(sync.context, sync.viewer, { confirmDepartures: true })
  await sync.workOff()
  expect(await sync.database.prisma.accountLink.count({ where: { state: 'SOURCE_DELETED' } })).toBe(12)
})
