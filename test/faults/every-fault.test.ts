import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultKind, type FaultRule, type Simulator, startSimulator } from '../../simulator/index.ts'
import { apiVersions } from '../../src/config/environment.ts'
import type { SyncRun } from '../../src/generated/prisma/client.ts'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { recoverRuns } from '../../src/sync/runs/recover-runs.ts'
import { workOnRun } from '../../src/sync/work-on-run.ts'
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts'
import { createTestSync, setUpSeededListSync, type TestSync } from '../support/test-sync.ts'

const contacts = 400
const tuning = { membershipLimit: 50, pageSize: 50, readLimit: 25 }

/** Faults that pass by themselves: a call that meets one is repeated. */
const passing: readonly FaultRule[] = [
  { kind: 'locked', rate: 0.2 },
  { kind: 'rate-limit', rate: 0.2 },
  { kind: 'rate-limit', rate: 0.2, retryAfterSeconds: 3 },
  { kind: 'migration', rate: 0.2 },
  { kind: 'server-error', rate: 0.2 },
  { kind: 'bad-gateway-html', rate: 0.2 },
  { kind: 'bad-gateway-bare', rate: 0.2 },
  { kind: 'gateway-timeout', rate: 0.2 },
  { kind: 'reset', rate: 0.2 },
  { kind: 'reset-mid-body', rate: 0.1 },
  { kind: 'slow', rate: 0.2, delayMs: 300 },
  { kind: 'malformed-body', rate: 0.1 },
  { kind: 'wrong-shape', rate: 0.1 },
  { kind: 'down', rate: 0.2 },
  { kind: 'expired-token', count: 2, path: '/batch/read' },
  { kind: 'revoked-token', count: 2, path: '/batch/read' },
]

/** Faults that end the run or make it wait. What it wrote stays, and the next run continues from there. */
const ending: readonly (FaultRule & { readonly ends: string })[] = [
  { kind: 'daily-limit', count: 1, path: '/batch/read', ends: 'THROTTLED' },
  { kind: 'missing-scopes', count: 1, path: '/batch/read', ends: 'AUTHORIZATION' },
  { kind: 'uri-too-long-bare', count: 1, path: '/batch/read', ends: 'UNEXPECTED' },
  { kind: 'migration', count: 1, path: '/batch/read', retryAfterSeconds: 7_200, ends: 'THROTTLED' },
]

let simulator: Simulator
let database: TestDatabase
let undisturbed: { readonly store: unknown; readonly calls: number }

beforeAll(async () => {
  simulator = await startSimulator({ portals: [{ contacts, rateLimit: null }] })
  database = await createTestDatabase()
  const { sync } = await givenASync()
  const run = await sync.sync()
  expect(run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', failed: 0, hubspotRepeats: 0 })
  undisturbed = { store: await storeOf(sync), calls: run.hubspotCalls }
})
afterAll(() => simulator.close())

it.each(passing)('B53: the run survives %o, with no more calls than the repetitions require', async (rule) => {
  const { sync, workToTheEnd } = await givenASync()
  simulator.requests.reset()
  const id = simulator.faults.add(rule as FaultRule)

  const run = await workToTheEnd((await startSync(sync.context, sync.viewer)).id)
  const hits = simulator.faults.list().find((fault) => fault.id === id)?.hits ?? rule.count ?? 0
  // Including calls that renew the log-in.
  const calls = simulator.requests.total
  simulator.faults.clear()

  expect(hits).toBeGreaterThan(0)
  expect(run.status).toBe('COMPLETED_WITH_ERRORS')
  expect(run.hubspotCalls).toBe(calls)
  // A record of an unexpected shape is requested once more, and each chunk requests the list and its fields.
  expect(run.hubspotCalls).toBeLessThanOrEqual(undisturbed.calls + 2 * hits + 20 * run.chunk)
  expect(run.hubspotRepeats).toBeLessThanOrEqual(hits)
  if (run.failed > 0) await sync.sync()
  expect(await storeOf(sync)).toEqual(undisturbed.store)
})

it.each(ending)('B53: after %o, the next attempt ends as if nothing had happened', async ({ ends, ...rule }) => {
  const { sync, workToTheEnd, seen } = await givenASync()
  simulator.faults.add(rule)

  await workToTheEnd((await startSync(sync.context, sync.viewer)).id)

  expect(seen).toContain(ends)
  expect(await storeOf(sync)).toEqual(undisturbed.store)
})

describe.each(apiVersions)('with HubSpot’s API of version %s', (apiVersion) => {
  it('B53: all faults together leave the store as it would be without them', async () => {
    const { sync, workToTheEnd } = await givenASync(apiVersion)
    for (const { ends, ...rule } of ending) simulator.faults.add(rule)
    for (const rule of passing) simulator.faults.add(rule.rate === undefined ? rule : { ...rule, rate: 0.02 })

    const run = await workToTheEnd((await startSync(sync.context, sync.viewer)).id)
    simulator.faults.clear()
    if (run.failed > 0) await sync.sync()

    expect(await storeOf(sync)).toEqual(undisturbed.store)
  })
})

/** A workspace that is ready to sync, with workers, recovery, and an admin that together bring a run to its end. */
async function givenASync(apiVersion: (typeof apiVersions)[number] = 'v3') {
  let at = Date.now()
  const sync = await createTestSync({
    simulator,
    database,
    tuning,
    apiVersion,
    deadlineMs: 2_000,
    now: () => new Date(at),
  })
  await setUpSeededListSync(sync)
  const seen: string[] = []
  const workToTheEnd = async (first: string): Promise<SyncRun> => {
    let id = first
    for (let round = 0; round < 60; round++) {
      await workOffLikeAQueue(sync)
      const run = await sync.run(id)
      seen.push(run.failureType ?? run.status)
      if (run.status.startsWith('COMPLETED')) return run
      if (run.status === 'THROTTLED') {
        at = (run.resumeAt?.getTime() ?? at) + 1_000
        await recoverRuns(sync.context)
      } else if (run.status === 'FAILED') {
        await sync.database.prisma.hubSpotConnection.updateMany({
          where: { workspaceId: sync.viewer.workspaceId },
          data: { status: 'CONNECTED' },
        })
        id = (await startSync(sync.context, sync.viewer)).id
      }
    }
    throw new Error(`no end: ${seen}`)
  }
  return { sync, workToTheEnd, seen }
}

/** Works off the queue, and tries failed jobs again. */
async function workOffLikeAQueue({ queue, context }: TestSync): Promise<void> {
  for (let chunk = queue.shift(); chunk !== undefined; chunk = queue.shift()) {
    const outcome = await workOnRun(context, chunk, new AbortController().signal).catch(() => 'more' as const)
    if (outcome === 'more') queue.push(chunk)
  }
}

/** The expected result of the sync, in a fixed order: contacts with their values and handles, and open errors. */
async function storeOf({ viewer: { workspaceId } }: TestSync): Promise<unknown> {
  const { rows: contacts } = await database.pool.query(
    `SELECT contact.external_id, contact.name, contact.description, contact.custom_fields, link.state,
       (SELECT array_agg(source || ' ' || value ORDER BY source, value) FROM contact_handle AS handle
        WHERE handle.contact_id = contact.id) AS handles
     FROM contact LEFT JOIN contact_link AS link ON link.contact_id = contact.id
     WHERE contact.workspace_id = $1 ORDER BY contact.external_id::bigint`,
    [workspaceId],
  )
  const { rows: errors } = await database.pool.query(
    `SELECT hubspot_id, type FROM sync_error WHERE workspace_id = $1 AND status = 'OPEN' ORDER BY 1, 2`,
    [workspaceId],
  )
  return { contacts, errors }
}

const kinds = new Set<FaultKind>([...passing, ...ending].map(({ kind }) => kind))
it('no fault of the simulator is omitted', async () => {
  const { FAULT_KINDS } = await import('../../simulator/index.ts')

  expect([...kinds].sort()).toEqual([...FAULT_KINDS].sort())
})
