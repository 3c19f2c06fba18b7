import { type ManagedProcess, startProcess } from '../../embedded/processes.ts'
import { expectedOutcome } from '../../simulator/expected-outcome.ts'
import { openBroker } from '../../src/broker/open-broker.ts'
import type { SyncRun } from '../../src/generated/prisma/client.ts'
import { workOnRunJob } from '../../src/jobs/definitions.ts'
import { openJobQueue } from '../../src/jobs/job-queue.ts'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { progressOf } from '../../src/sync/runs/progress.ts'
import { hasEnded } from '../../src/sync/runs/run-states.ts'
import { cleanUp } from '../support/clean-up.ts'
import { type CuttableLine, createCuttableLine } from '../support/cuttable-line.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { createTestSync, setUpSeededListSync, startTestSimulator, type TestSync } from '../support/test-sync.ts'
import { waitFor } from '../support/wait-for.ts'

const [seed, contacts] = [11, 4_000]
/** Means a hang, and not a slow machine. */
export const hangMs = 120_000

export interface RunInProcesses {
  readonly sync: TestSync
  /** Between PostgreSQL and the processes that use it. */
  readonly line: CuttableLine
  startWorker(by?: 'line'): Promise<ManagedProcess>
  startApi(by?: 'line'): Promise<ManagedProcess>
  start(): Promise<void>
  look(): Promise<SyncRun>
  /** Waits until more records are done than now. */
  untilItMoves(): Promise<void>
  /** Waits for the end of the run, and compares all of its results with an undisturbed run. */
  untilItEndsAsUndisturbed(): Promise<void>
}

/** A run over thousands of contacts for processes that a test starts and breaks. */
export async function givenARunInProcesses(kind?: 'redis' | 'postgres'): Promise<RunInProcesses> {
  const simulator = await startTestSimulator({ portals: [{ seed, contacts, rateLimit: null, latencyMs: [20, 60] }] })
  const undisturbed = await createTestSync({ simulator })
  await setUpSeededListSync(undisturbed)
  await undisturbed.sync()

  const sync = await createTestSync({ simulator })
  await setUpSeededListSync(sync)
  const env = {
    ...(await createProcessEnvironment(sync.database, kind)),
    HUBSPOT_API_URL: simulator.url,
    HUBSPOT_API_VERSION: 'v3',
    ENCRYPTION_KEYS: sync.encryptionKeys,
  }
  const line = await createCuttableLine(sync.database.url)
  const broker = await openBroker({ redisUrl: env.REDIS_URL || null, databaseUrl: sync.database.url })
  cleanUp(() => broker.close())
  const queue = await openJobQueue(broker)
  cleanUp(() => queue.close())
  const context = { ...sync.context, enqueueRun: (chunk: unknown) => queue.enqueue(workOnRunJob, chunk as never) }
  let id = ''
  const processed: number[] = [0]
  const look = async () => {
    const run = await sync.run(id)
    processed.push(progressOf(run).processed)
    return run
  }
  const startOne = async (what: 'serve' | 'work', by?: 'line') => {
    const started = await startProcess(what as 'work', by === 'line' ? { ...env, DATABASE_URL: line.url } : env)
    cleanUp(() => started.stop('SIGKILL'))
    return started
  }
  return {
    sync,
    line,
    startWorker: (by) => startOne('work', by),
    startApi: (by) => startOne('serve', by),
    start: async () => {
      id = (await startSync(context, sync.viewer)).id
    },
    look,
    untilItMoves: async () => {
      const before = processed.at(-1) ?? 0
      await waitFor(async () => progressOf(await look()).processed > before || hasEnded(await look()), {
        timeoutMs: hangMs,
      })
    },
    untilItEndsAsUndisturbed: async () => {
      await waitFor(async () => hasEnded(await look()), { timeoutMs: hangMs })
      const expected = expectedOutcome(seed, contacts)
      expectRising(processed)
      const told = { processed: expected.total, created: expected.created, skipped: expected.skipped, unchanged: 0 }
      const [state, undisturbedState] = [await stateOf(sync), await stateOf(undisturbed)]
      if (JSON.stringify(state) !== JSON.stringify(undisturbedState))
        throw new Error('the state differs from undisturbed')
      const progress = progressOf(await look())
      for (const [name, value] of Object.entries(told)) {
        if (progress[name as keyof typeof progress] !== value)
          throw new Error(`${name}: ${progress[name as keyof typeof progress]} instead of ${value}`)
      }
    },
  }
}

function expectRising(counts: readonly number[]): void {
  const fall = counts.findIndex((count, index) => count < (counts[index - 1] ?? 0))
  if (fall !== -1) throw new Error(`progress fell from ${counts[fall - 1]} to ${counts[fall]}`)
}

/** Everything that must be equal in two runs over the same list. Ids and times differ. */
async function stateOf({ database }: TestSync) {
  const { rows } = await database.pool.query(
    `SELECT contact.external_id, name, description, custom_fields, link.state, link.row_hash::text,
       (SELECT array_agg(source || ':' || value ORDER BY source, value) FROM contact_handle WHERE contact_id = contact.id) AS handles
     FROM contact JOIN contact_link link ON link.contact_id = contact.id ORDER BY link.hubspot_id`,
  )
  const errors = await database.pool.query(
    `SELECT hubspot_id::text, type, property, message, status FROM sync_error ORDER BY hubspot_id, type, property`,
  )
  return { contacts: rows, errors: errors.rows }
}
