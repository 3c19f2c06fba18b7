import { FAULT_KINDS, type FaultRule } from '../../../simulator/index.ts'
import { type DisturbedRunsOptions, playDisturbedRuns, type Scene, untilEnded } from '../disturbed-runs.ts'
import { type Fault, hubIdOf, type Scenario } from '../fault.ts'
import { hasEnded } from '../stage/run-watch.ts'
import type { Stage } from '../stage/stage.ts'
import { until } from '../stage/waiting.ts'
import { letTimePass, logInAgain, startOver } from './bring-to-end.ts'

const stage = { broker: 'redis', workers: 2 } as const

/** How each fault is switched on by itself. `ends`: the status or failure that it must cause. */
const alone: Readonly<Record<(typeof FAULT_KINDS)[number], Omit<FaultRule, 'kind'> & { readonly ends?: string }>> = {
  'expired-token': { rate: 0.1, path: '/batch/read' },
  // Only once: a second fault could hit the renewed token of the same call, which means that the log-in was revoked.
  'revoked-token': { count: 1, path: '/batch/read' },
  'missing-scopes': { count: 1, path: '/batch/read', ends: 'AUTHORIZATION' },
  locked: { rate: 0.2 },
  'rate-limit': { rate: 0.2 },
  'daily-limit': { count: 1, path: '/batch/read', ends: 'THROTTLED' },
  migration: { rate: 0.1, retryAfterSeconds: 1 },
  'server-error': { rate: 0.2 },
  'bad-gateway-html': { rate: 0.2 },
  'bad-gateway-bare': { rate: 0.2 },
  'uri-too-long-bare': { count: 1, path: '/batch/read', ends: 'UNEXPECTED' },
  'gateway-timeout': { rate: 0.2 },
  reset: { rate: 0.2 },
  'reset-mid-body': { rate: 0.1 },
  slow: { rate: 0.1, delayMs: 2_000 },
  'malformed-body': { rate: 0.1 },
  'wrong-shape': { rate: 0.1 },
  down: { rate: 0.2 },
}

/** Switches a fault on for the portals of these runs, until the runs have ended. */
function switchOn({ stage: { simulator }, cases }: Scene, rule: FaultRule): () => void {
  const ids = cases.map(({ seed }) => simulator.faults.add({ ...rule, hubId: hubIdOf(seed) }))
  return () => {
    for (const id of ids) simulator.faults.remove(id)
  }
}

/** A record that HubSpot returned wrongly is an error of its own until the next run reads it again. */
const mayFail = new Set(['wrong-shape', 'malformed-body'])

const one = (kind: (typeof FAULT_KINDS)[number]): DisturbedRunsOptions => {
  const { ends, ...rule } = alone[kind]
  if (ends === undefined) {
    return {
      disturb: async (scene) => {
        const switchOff = switchOn(scene, { ...rule, kind })
        try {
          await until('the runs end although it goes on', () => scene.watch.allEnded, { withinMs: 240_000 })
        } finally {
          switchOff()
        }
      },
      ...(mayFail.has(kind) && { bringToEnd: startOver, sameCounts: false }),
    }
  }
  return {
    sameCounts: false,
    disturb: async (scene) => {
      switchOn(scene, { ...rule, kind })
      const stands = () => scene.watch.rows.every((row) => hasEnded(row) || row.status === 'THROTTLED')
      await until('every run stands', () => scene.watch.rows.length === scene.cases.length && stands())
      for (const { seed, runId } of scene.cases) {
        const row = scene.watch.row(runId)
        const stood = row?.failure_type ?? row?.status
        if (stood !== ends) scene.complain(`B53: the result was ${stood} instead of ${ends}`, seed)
      }
    },
    bringToEnd: async (scene) => {
      if (ends === 'THROTTLED')
        return letTimePass(
          scene.stage,
          scene.cases.map(({ runId }) => runId),
        )
      if (ends === 'AUTHORIZATION') await logInAgain(scene)
      return startOver(scene)
    },
    // The worker that was refused may still keep to it, although another one has found that HubSpot accepts calls again.
    ...(ends === 'THROTTLED' && { endFollowing: (stage: Stage, id: string) => letTimePass(stage, [id]) }),
  }
}

const single: Scenario[] = FAULT_KINDS.map((kind) => ({
  name: kind,
  stage,
  together: 2,
  play: (open, seeds) => playDisturbedRuns(open, seeds, one(kind)),
}))

const allTogether: Scenario = {
  name: 'all temporary faults together',
  stage,
  together: 2,
  play: (open, seeds) =>
    playDisturbedRuns(open, seeds, {
      sameCounts: false,
      disturb: async (scene) => {
        // Not a revoked token as well: together with an expired one, it can hit the renewed token of the same call.
        const passing = FAULT_KINDS.filter((kind) => alone[kind].ends === undefined && kind !== 'revoked-token')
        const switchOffs = passing.map((kind) => {
          const { ends, ...rule } = alone[kind]
          return switchOn(scene, { ...rule, kind, ...(rule.rate !== undefined && { rate: 0.02 }) })
        })
        try {
          await until('the runs end although it goes on', () => scene.watch.allEnded, { withinMs: 240_000 })
        } finally {
          for (const switchOff of switchOffs) switchOff()
        }
      },
      bringToEnd: startOver,
    }),
}

/** V8: HubSpot's token endpoint is out of order for half a minute, just when every token has expired. */
const tokenEndpoint: Scenario = {
  name: 'the token endpoint answers 500 for 70 s, when tokens have just expired',
  stage,
  together: 2,
  isInCi: false,
  play: (open, seeds) =>
    playDisturbedRuns(open, seeds, {
      endWithinMs: 300_000,
      disturb: async (scene) => {
        const { simulator } = scene.stage
        await scene.untilUnderWay()
        scene.watch.broke()
        const id = simulator.faults.add({ kind: 'server-error', path: '/token' })
        for (const { seed } of scene.cases) simulator.expireAccessTokens(hubIdOf(seed))
        await scene.random.pause(70_000, 70_000)
        simulator.faults.remove(id)
        // The run continues by itself.
        await untilEnded(
          scene.stage,
          scene.cases.map(({ runId }) => runId),
          240_000,
        )
      },
    }),
}

export const hubSpotFaults: Fault = {
  id: 'F5',
  title: 'each fault of HubSpot, and all of them together',
  scenarios: () => [...single, allTogether, tokenEndpoint],
}
