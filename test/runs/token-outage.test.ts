import { expect, it } from 'vitest'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { recoverRuns } from '../../src/sync/runs/recover-runs.ts'
import { createTestSync, setUpListSync, startTestSimulator } from '../support/test-sync.ts'

const MINUTE = 60_000

it('a log-in at HubSpot that fails for a minute does not end the run, and its calls are counted', async () => {
  const simulator = await startTestSimulator({ portals: [{ contacts: 20, rateLimit: null }] })
  let at = Date.now()
  const sync = await createTestSync({ simulator, now: () => new Date(at) })
  await setUpListSync(sync, '42', [{ property: 'firstname', target: 'FIRST_NAME' }])
  const { id } = await startSync(sync.context, sync.viewer)
  // Its token has expired, and HubSpot cannot renew it.
  await sync.database.prisma.hubSpotConnection.updateMany({
    data: { accessTokenExpiresAt: new Date(at - MINUTE), accessTokenRenewAt: new Date(at - MINUTE) },
  })
  const fault = simulator.faults.add({ kind: 'server-error', path: '/oauth' })

  for (let passed = 0; passed < MINUTE; passed += 10_000) {
    await sync.workOff()
    at += 10_000
    await recoverRuns(sync.context)
  }
  const waiting = await sync.run(id)
  simulator.faults.remove(fault)
  while ((await sync.run(id)).finishedAt === null) {
    at += MINUTE
    await recoverRuns(sync.context)
    await sync.workOff()
  }

  expect(['THROTTLED', 'QUEUED']).toContain(waiting.status)
  expect(waiting.hubspotCalls).toBeGreaterThan(0)
  expect(waiting.hubspotRepeats).toBeGreaterThan(0)
  expect(await sync.run(id)).toMatchObject({ status: 'COMPLETED', created: 20 })
  expect(await sync.database.prisma.hubSpotConnection.findFirst()).toMatchObject({ status: 'CONNECTED' })
})
