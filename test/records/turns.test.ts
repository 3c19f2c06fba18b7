import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { withRunLease, withTurn } from '../../src/sync/runs/run-lease.ts'
import { startRecordsRun } from '../../src/sync/runs/start-records-run.ts'
import { workOnRun } from '../../src/sync/work-on-run.ts'
import { waitFor } from '../support/wait-for.ts'
import { type Given, givenAList } from './single-records-fixture.ts'

const forever = new AbortController().signal
const smallPages = { pageSize: 2, membershipLimit: 2, readLimit: 2, pagesAhead: 1, chunkMs: 0 }

/** Starts a full run and processes only its first chunk: PREPARING and one page. */
async function givenARunUnderWay({ sync }: Given) {
  const { id: runId } = await startSync(sync.context, sync.viewer)
  const chunk = { workspaceId: sync.viewer.workspaceId, runId }
  sync.queue.length = 0
  await workOnRun(sync.context, chunk, forever)
  return {
    id: runId,
    goOn: async () => {
      for (let state: string = 'more'; state === 'more'; ) state = await workOnRun(sync.context, chunk, forever)
      return sync.run(runId)
    },
  }
}

it('B56, B11: a run over single records gets its turn during a full run', async () => {
  const given = await givenAList({ tuning: smallPages })
  const ids = given.contacts(8)
  await given.sync.sync()
  const whole = await givenARunUnderWay(given)
  given.portal.putContact({ id: ids[7] ?? '', properties: { firstname: 'Now' } })

  const single = await given.syncRecords([ids[7] ?? ''])

  expect((await given.sync.run(whole.id)).status).toBe('RUNNING')
  expect(single).toMatchObject({ status: 'COMPLETED', updated: 1 })
  expect(await whole.goOn()).toMatchObject({ status: 'COMPLETED', unchanged: 8 })
})

it('B51: runs of a workspace never work at the same time, so none writes older values; runs of other workspaces do', async () => {
  const { sync } = await givenAList()
  const { pool } = sync.database
  const [own, other] = [crypto.randomUUID(), crypto.randomUUID()]
  let [atWork, most] = [0, 0]
  const work = async () => {
    atWork += 1
    most = Math.max(most, atWork)
    await sleep(20)
    atWork -= 1
  }
  const turnOf = (workspaceId: string, doing: () => Promise<void>) =>
    withRunLease(pool, crypto.randomUUID(), (lease) => withTurn(lease, workspaceId, forever, doing))

  await Promise.all(Array.from({ length: 8 }, () => turnOf(own, work)))
  expect(most).toBe(1)
  await turnOf(own, async () => {
    await turnOf(other, async () => {})
  })
})

it('B51: a run that is told to stop while it waits for its turn stops waiting', async () => {
  const { sync } = await givenAList()
  const { pool } = sync.database
  const stop = new AbortController()

  const state = await withRunLease(pool, 'one', (one) =>
    withRunLease(pool, 'two', (two) =>
      withTurn(one, 'w', forever, async () => {
        const waiting = withTurn(two, 'w', stop.signal, async () => 'at work')
        stop.abort()
        return waiting
      }),
    ),
  )

  expect(state).toBe('busy')
})

it('B54: an error that a run over single records found during a full run stays open at its end', async () => {
  const given = await givenAList({ tuning: smallPages })
  const [bad] = given.contacts(8) as [string]
  given.portal.putContact({ id: bad, properties: { email: '' } })
  await given.sync.sync()
  const whole = await givenARunUnderWay(given)

  await given.syncRecords([bad])
  await whole.goOn()

  expect(await given.errors()).toEqual([`MISSING_HANDLE ${bad}`])
  const errors = await given.sync.database.prisma.syncError.findMany()
  expect(errors).toHaveLength(1)
})

it('B29: links that single records gain in the meantime count towards the limit of the run in progress', async () => {
  const given = await givenAList({ tuning: smallPages })
  const { sync, portal } = given
  given.contacts(2)
  await sync.sync()
  const { workspaceId } = sync.viewer
  await sync.database.prisma.workspace.update({ where: { id: workspaceId }, data: { contactLimit: 4 } })
  given.contacts(0)
  const late = ['x', 'y', 'z'].map((name) => portal.putContact({ properties: { email: `${name}@x.example` } }))
  const whole = await givenARunUnderWay(given)

  await given.syncRecords([late[2] ?? ''])
  const run = await whole.goOn()

  expect(run).toMatchObject({ created: 1, skipped: 1, unchanged: 3 })
  expect(await sync.database.prisma.contactLink.count()).toBe(4)
})

it('B58: a record that a full run noted as gone and a run over single records found stays', async () => {
  const given = await givenAList({ tuning: smallPages })
  const [first, ...others] = given.contacts(8) as [string, ...string[]]
  await given.sync.sync()
  given.portal.setListMembers('42', others)
  const whole = await givenARunUnderWay(given)
  given.portal.setListMembers('42', [first, ...others])

  await given.syncRecords([first])
  await whole.goOn()

  expect((await given.tell())[0]).toBe(`${first} P0 p0@x.example`)
})

it('B56: a full run that has worked for long makes room as soon as a single record waits', async () => {
  const given = await givenAList({ tuning: { ...smallPages, chunkMs: 600_000 } })
  const { sync, portal } = given
  const ids = given.contacts(200)
  portal.configure({ latencyMs: [15, 15] })
  const { workspaceId } = sync.viewer
  const { id: wholeId } = await startSync(sync.context, sync.viewer)
  const working = (async () => {
    for (let state: string = 'more'; state === 'more'; ) {
      state = await workOnRun(sync.context, { workspaceId, runId: wholeId }, forever)
    }
  })()
  await waitFor(async () => (await sync.run(wholeId)).created > 0)
  const single = await startRecordsRun(sync.context, {
    workspaceId,
    objectType: 'CONTACT',
    hubspotIds: [BigInt(ids[199] ?? '')],
    trigger: 'MANUAL',
    triggeredById: sync.viewer.userId,
  })

  await workOnRun(sync.context, { workspaceId, runId: single?.id ?? '' }, forever)

  expect(await sync.run(single?.id ?? '')).toMatchObject({ status: 'COMPLETED', created: 1 })
  expect(await sync.run(wholeId)).toMatchObject({ status: 'RUNNING' })
  await working
  expect(await sync.run(wholeId)).toMatchObject({ status: 'COMPLETED', created: 199, unchanged: 1 })
})
