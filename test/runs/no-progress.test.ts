import { expect, it } from 'vitest'
import type { HubSpotPortal } from '../../src/hubspot/portal.ts'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { progressOf } from '../../src/sync/runs/progress.ts'
import { workOnRun } from '../../src/sync/work-on-run.ts'
import { createTestSync, setUpListSync, startTestSimulator, type TestSync } from '../support/test-sync.ts'

/** A run whose workers have died `deaths` times in a row, before they wrote a page. */
async function givenARunThatWasBrokenOff(deaths: number) {
  const simulator = await startTestSimulator({ portals: [{ empty: true, rateLimit: null }] })
  const portal = simulator.portal()
  for (let number = 1; number <= 250; number++) portal.putContact({ properties: { firstname: `Ann ${number}` } })
  portal.putList({ listId: '42', members: 'all-contacts' })
  // However slow the machine is, one turn is enough.
  const sync = await createTestSync({ simulator, tuning: { chunkMs: Number.POSITIVE_INFINITY } })
  await setUpListSync(sync, '42', [{ property: 'firstname', target: 'FIRST_NAME' }])
  const { id } = await startSync(sync.context, sync.viewer)
  await sync.database.prisma.syncRun.update({ where: { id }, data: { attempts: deaths } })
  return { sync, id }
}

/** Processes what is enqueued, and returns how many records each call to HubSpot requested. */
async function workOff({ context, queue }: TestSync): Promise<number[]> {
  const sizes: number[] = []
  const openPortal = async (workspaceId: string) => {
    const portal = await context.openPortal(workspaceId)
    const readContacts: HubSpotPortal['readContacts'] = (ids, ...rest) => {
      sizes.push(ids.length)
      return portal.readContacts(ids, ...rest)
    }
    return Object.assign(Object.create(portal) as HubSpotPortal, { readContacts })
  }
  for (let chunk = queue.shift(); chunk !== undefined; chunk = queue.shift()) {
    await workOnRun({ ...context, openPortal }, chunk, new AbortController().signal)
  }
  return sizes
}

it.each([
  [1, 100],
  [2, 100],
  [3, 10],
  [4, 1],
])(
  'after %i attempts without progress, the first read is of %i records, and all of them are synced',
  async (deaths, size) => {
    const { sync, id } = await givenARunThatWasBrokenOff(deaths)

    const sizes = await workOff(sync)

    expect(sizes[0]).toBe(size)
    expect(await sync.run(id)).toMatchObject({ status: 'COMPLETED', attempts: 0 })
    expect(progressOf(await sync.run(id))).toMatchObject({ processed: 250, created: 250 })
  },
)

it('B53: a record that was alone when its workers ended is given up with an error, and the rest is synced', async () => {
  const { sync, id } = await givenARunThatWasBrokenOff(5)

  await sync.workOff()

  expect(progressOf(await sync.run(id))).toMatchObject({ processed: 250, created: 249, failed: 1 })
  expect(await sync.run(id)).toMatchObject({ status: 'COMPLETED_WITH_ERRORS' })
  const contact = await sync.database.prisma.contactLink.findFirstOrThrow({ orderBy: { hubspotId: 'asc' } })
  const [error, ...others] = await sync.database.prisma.syncError.findMany()
  expect(others).toEqual([])
  expect(error).toMatchObject({ type: 'NOT_PROCESSABLE', status: 'OPEN', objectType: 'CONTACT' })
  expect(error?.hubspotId).toBeLessThan(contact.hubspotId)
})

it('B54: the record is tried again in the next run, and its error is resolved when it gets through', async () => {
  const { sync } = await givenARunThatWasBrokenOff(5)
  await sync.workOff()

  expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', created: 1 })

  expect(await sync.database.prisma.syncError.findMany()).toMatchObject([{ status: 'RESOLVED' }])
})

it('a run that makes no progress at all ends, and says where it stopped', async () => {
  const { sync, id } = await givenARunThatWasBrokenOff(8)

  await sync.workOff()

  const run = await sync.run(id)
  expect(run).toMatchObject({ status: 'FAILED', failureType: 'NOT_PROCESSABLE' })
  expect(run.failureMessage).toContain('8 times')
  expect(run.failureMessage).toContain('"Preparing"')
})
