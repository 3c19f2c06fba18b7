import { expect, it } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { openGraphQLClient } from '../../client/graphql-client.ts'
import { startProcess } from '../../embedded/processes.ts'
import { follow } from '../followers/follower.ts'
import { cleanUp } from '../support/clean-up.ts'
import { transports } from '../support/graphql/subscribe.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { someBroker } from '../support/test-broker.ts'
import { createTestSync, setUpSeededListSync, startTestSimulator } from '../support/test-sync.ts'
import { waitFor as waitAtMost } from '../support/wait-for.ts'

const StartLong = graphql(`
  mutation StartLong {
    startSync { ... on StartSyncPayload { syncRun { id } } }
  }
`)

const WatchLong = graphql(`
  subscription WatchLong($runId: ID!) {
    syncProgress(runId: $runId) {
      status
      progress { processed }
    }
  }
`)

/** As long as a busy machine may take. */
const waitFor = <T>(condition: () => T | Promise<T>) => waitAtMost(condition, { timeoutMs: 120_000 })

const isOver = (status: string | undefined) => status?.startsWith('COMPLETED') ?? false

someBroker('an API process that is stopped by SIGTERM and started again', (kind) => {
  /**
   * A worker in the middle of a run that takes as long as HubSpot is slow, and an API process that can be restarted.
   */
  async function startLongRun() {
    const simulator = await startTestSimulator({ portals: [{ seed: 5, contacts: 2_000, rateLimit: null }] })
    const sync = await createTestSync({ simulator })
    await setUpSeededListSync(sync)
    const env = {
      ...(await createProcessEnvironment(sync.database, kind)),
      HUBSPOT_API_URL: simulator.url,
      HUBSPOT_API_VERSION: 'v3',
      ENCRYPTION_KEYS: sync.encryptionKeys,
    }
    const [api, worker] = await Promise.all([startProcess('serve', env), startProcess('work', env)])
    cleanUp(() => api.stop())
    cleanUp(() => worker.stop())
    simulator.faults.add({ kind: 'slow', delayMs: 500, path: '/batch/read' })
    const client = openGraphQLClient(api.url, sync.token)
    cleanUp(() => client.close())
    const { startSync } = await client.request(StartLong)
    const runId = startSync !== null && 'syncRun' in startSync ? startSync.syncRun.id : ''
    return {
      api,
      token: sync.token,
      runId,
      hurry: () => simulator.faults.clear(),
      processed: async () => {
        const { rows } = await sync.database.pool.query(
          'SELECT created + updated + unchanged + skipped AS n FROM sync_run',
        )
        return Number(rows[0].n)
      },
      startAgain: async () => {
        const again = await startProcess('serve', { ...env, PORT: new URL(api.url).port })
        cleanUp(() => again.stop())
        return again
      },
    }
  }

  it('B70: leaves the run in progress, and a dashboard that reconnects sees it, from its current state to its end', async () => {
    const { api, token, runId, processed, startAgain, hurry } = await startLongRun()
    const before = follow('WebSocket', api.url, WatchLong, { runId }, token)
    await waitFor(() => before.events.some(({ data }) => (data?.syncProgress.progress.processed ?? 0) > 0))

    await api.stop('SIGTERM')
    before.leave()
    const atStop = await processed()
    await waitFor(async () => (await processed()) > atStop)
    const again = await startAgain()
    const dashboard = follow('WebSocket', again.url, WatchLong, { runId }, token)
    await waitFor(() => dashboard.events.length > 0)
    hurry()
    const states = (await dashboard.ended).map(({ data }) => data?.syncProgress)

    expect(states[0]?.progress.processed).toBeGreaterThan(atStop)
    expect(states.filter((state) => isOver(state?.status))).toEqual([states.at(-1)])
  }, 300_000)

  it('B68: tells followers to reconnect, and each receives the single final event', async () => {
    const { api, token, runId, startAgain, hurry } = await startLongRun()
    const followers = transports.flatMap((transport) =>
      Array.from({ length: 5 }, () => follow(transport, api.url, WatchLong, { runId }, token)),
    )
    await waitFor(() =>
      followers.every(({ events }) => events.some(({ data }) => data?.syncProgress.status === 'RUNNING')),
    )

    const exit = await api.stop('SIGTERM')
    const atStop = followers.map(({ events }) => events.some(({ data }) => isOver(data?.syncProgress.status)))
    await startAgain()
    await waitFor(() => followers.every(({ connections }) => connections() > 1))
    hurry()
    const stories = await Promise.all(followers.map(({ ended }) => ended))

    expect(exit).toEqual({ code: 0, signal: null })
    expect(atStop).not.toContain(true)
    for (const story of stories) {
      const statuses = story.map(({ data }) => data?.syncProgress.status)
      expect(statuses.filter(isOver)).toEqual([statuses.at(-1)])
    }
  }, 300_000)
})
