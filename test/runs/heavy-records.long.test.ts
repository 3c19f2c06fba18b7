import { expect, it } from 'vitest'
import { startProcess } from '../../embedded/processes.ts'
import { openBroker } from '../../src/broker/open-broker.ts'
import { createCustomField } from '../../src/custom-fields/manage-custom-fields.ts'
import { workOnRunJob } from '../../src/jobs/definitions.ts'
import { openJobQueue } from '../../src/jobs/job-queue.ts'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { progressOf } from '../../src/sync/runs/progress.ts'
import { hasEnded } from '../../src/sync/runs/run-states.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { createTestSync, setUpListSync, startTestSimulator } from '../support/test-sync.ts'
import { waitFor } from '../support/wait-for.ts'

const properties = ['notes_one', 'notes_two', 'notes_three']

it('900 contacts with three texts of 64 KB each are synced by a worker with its standard heap', async () => {
  const simulator = await startTestSimulator({ portals: [{ empty: true, rateLimit: null }] })
  const portal = simulator.portal()
  for (const name of properties)
    portal.putProperty('contacts', { name, label: name, type: 'string', fieldType: 'textarea' })
  const text = 'x'.repeat(65_536)
  for (let number = 1; number <= 900; number++) {
    portal.putContact({
      properties: Object.fromEntries(properties.map((name) => [name, `${number} ${text}`.slice(0, 65_536)])),
    })
  }
  portal.putList({ listId: '42', members: 'all-contacts' })
  const sync = await createTestSync({ simulator })
  const fields = []
  for (const property of properties) {
    const field = await createCustomField(sync.database, sync.viewer, {
      objectType: 'CONTACT',
      name: property,
      type: 'STRING',
    })
    fields.push({ property, target: 'CUSTOM_FIELD' as const, customField: field.key })
  }
  await setUpListSync(sync, '42', fields)
  const env = {
    ...(await createProcessEnvironment(sync.database)),
    HUBSPOT_API_URL: simulator.url,
    HUBSPOT_API_VERSION: 'v3',
    ENCRYPTION_KEYS: sync.encryptionKeys,
  }
  const broker = await openBroker({ redisUrl: env.REDIS_URL || null, databaseUrl: sync.database.url })
  cleanUp(() => broker.close())
  const queue = await openJobQueue(broker)
  cleanUp(() => queue.close())
  const enqueueRun = (chunk: unknown) => queue.enqueue(workOnRunJob, chunk as never)

  const { id } = await startSync({ ...sync.context, enqueueRun }, sync.viewer)
  const worker = await startProcess('work', env)
  cleanUp(() => worker.stop())
  await waitFor(async () => hasEnded(await sync.run(id)), { timeoutMs: 100_000 })

  expect(progressOf(await sync.run(id))).toMatchObject({ processed: 900, created: 900 })
  expect(await Promise.race([worker.exited, 'alive'])).toBe('alive')
})
