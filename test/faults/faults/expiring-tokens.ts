import { playDisturbedRuns, type Scene } from '../disturbed-runs.ts'
import { type Fault, hubIdOf, type Scenario } from '../fault.ts'
import { hasEnded } from '../stage/run-watch.ts'
import { until } from '../stage/waiting.ts'
import { connectPortal } from '../stage/workspace.ts'
import { logInAgain } from './bring-to-end.ts'

async function expireAgainAndAgain({ stage, cases, watch, random, untilUnderWay }: Scene): Promise<void> {
  await untilUnderWay()
  for (let count = 0; count < 12 && !watch.allEnded; count++) {
    await random.pause(50, 500)
    watch.broke()
    for (const { seed } of cases) stage.simulator.expireAccessTokens(hubIdOf(seed))
  }
}

const scenarios: readonly Scenario[] = [
  {
    name: 'access tokens expire again and again; each refresh token works once',
    stage: { broker: 'redis', workers: 3, simulator: { rotateRefreshTokens: true } },
    together: 5,
    play: (stage, seeds) => playDisturbedRuns(stage, seeds, { disturb: expireAgainAndAgain }),
  },
  {
    name: 'access tokens that live for three seconds',
    stage: { broker: 'redis', workers: 3, simulator: { rotateRefreshTokens: true, accessTokenTtlSeconds: 3 } },
    together: 5,
    play: (stage, seeds) =>
      playDisturbedRuns(stage, seeds, {
        latencyMs: [60, 160],
        disturb: async ({ watch }) => until('the runs end', () => watch.allEnded, { withinMs: 240_000 }),
      }),
  },
  {
    name: 'the log-in revoked, and an admin logs in again',
    stage: { broker: 'redis', workers: 2 },
    together: 5,
    play: (stage, seeds) =>
      playDisturbedRuns(stage, seeds, {
        sameCounts: false,
        disturb: async (scene) => {
          const { simulator } = stage
          await scene.untilUnderWay()
          await scene.random.pause(0, 1_000)
          for (const { seed } of scene.cases) simulator.revokeTokens(hubIdOf(seed))
          await until('every run has ended', () => scene.watch.allEnded)
          for (const { seed, runId, workspace } of scene.cases) {
            const row = scene.watch.row(runId)
            // A run that was finished before it happened is not affected.
            if (row === undefined || (hasEnded(row) && row.status.startsWith('COMPLETED'))) continue
            if (row.failure_type !== 'AUTHORIZATION')
              scene.complain(`B17: the run ended with ${row.status} ${row.failure_type}`, seed)
            const [gone] = await stage.store.query<{ count: string }>(
              `SELECT count(*) FROM contact_link WHERE workspace_id = $1 AND state <> 'ACTIVE'`,
              [workspace.id],
            )
            if (Number(gone?.count) > 0) scene.complain(`B17: ${gone?.count} contacts were unlinked by a refusal`, seed)
          }
        },
        bringToEnd: async (scene) => {
          const restarted = await logInAgain(scene)
          return new Map(scene.cases.map(({ seed, runId }) => [seed, restarted.get(seed) ?? runId]))
        },
        afterwards: async ({ cases }) => {
          // Workspaces that finished earlier no longer have a log-in.
          for (const { seed, workspace, calm } of cases) {
            await connectPortal(workspace.client, hubIdOf(seed))
            await connectPortal(calm.client, hubIdOf(seed))
          }
        },
      }),
  },
]

export const expiringTokens: Fault = {
  id: 'F6',
  title: 'tokens that expire and log-ins that are revoked',
  scenarios: ({ redis }) => (redis === null ? [] : scenarios),
}
