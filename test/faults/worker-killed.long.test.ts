import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { startProcess } from '../../embedded/processes.ts'
import { expectedOutcome } from '../../simulator/expected-outcome.ts'
import { openBroker } from '../../src/broker/open-broker.ts'
import { workOnRunJob } from '../../src/jobs/definitions.ts'
import { openJobQueue } from '../../src/jobs/job-queue.ts'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { progressOf } from '../../src/sync/runs/progress.ts'
import { hasEnded } from '../../src/sync/runs/run-states.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { eachBroker } from '../support/test-broker.ts'
import { createTestSync, setUpSeededListSync, startTestSimulator, type TestSync } from '../support/test-sync.ts'
import { waitFor } from '../support/wait-for.ts'

const [seed, contacts] = [11, 10_000]

/** Everything that two runs over the same list must agree on. Ids and times may differ. */
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

eachBroker('kill -9 of the worker', (kind) => {
  it('I8, B69: a run whose worker is killed at random moments ends like an undisturbed one', async () => {
    const simulator = await startTestSimulator({ portals: [{ seed, contacts, rateLimit: null }] })
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
    const broker = await openBroker({ redisUrl: env.REDIS_URL || null, databaseUrl: sync.database.url })
    cleanUp(() => broker.close())
    const queue = await openJobQueue(broker)
    cleanUp(() => queue.close())
    const context = { ...sync.context, enqueueRun: (chunk: unknown) => queue.enqueue(workOnRunJob, chunk as never) }
    const { id } = await startSync(context, sync.viewer)

    const processed: number[] = []
    const look = async () => {
      const run = await sync.run(id)
      processed.push(progressOf(run).processed)
      return run
    }
    for (let kills = 0; kills < 3; kills++) {
      const before = processed.at(-1) ?? 0
      const worker = await startProcess('work', env)
      cleanUp(() => worker.stop('SIGKILL'))
      await waitFor(async () => progressOf(await look()).processed > before || hasEnded(await look()), {
        timeoutMs: 25_000,
        everyMs: 5,
      })
      await sleep(Math.random() * 150)
      await worker.stop('SIGKILL')
    }
    const last = await startProcess('work', env)
    cleanUp(() => last.stop())
    await waitFor(async () => hasEnded(await look()), { timeoutMs: 60_000 })

    expect(processed).toEqual(processed.toSorted((a, b) => a - b))
    const run = await sync.run(id)
    const expected = expectedOutcome(seed, contacts)
    expect(progressOf(run)).toMatchObject({
      processed: expected.total,
      created: expected.created,
      skipped: expected.skipped,
      unchanged: 0,
    })
    expect(await stateOf(sync)).toEqual(await stateOf(undisturbed))
  }, 180_000)
})
