import type { ObjectType } from '../../generated/prisma/enums.ts'
import type { Observation } from '../matching/match-records.ts'
import { openAccountsPart } from '../reading/accounts-part.ts'
import { collectContacts } from '../reading/collect-contacts.ts'
import { openContactsPart } from '../reading/contacts-part.ts'
import { reportMissingFields } from '../reading/plan-part.ts'
import type { RunPart } from '../reading/run-part.ts'
import { noteCalls } from '../runs/note-calls.ts'
import type { Run } from '../runs/run.ts'
import { phases } from '../runs/run-states.ts'
import type { Turn } from '../runs/turn.ts'
import type { SyncContext } from '../sync-context.ts'
import { retryBlocked } from '../writing/retry-blocked.ts'
import { settleDepartures } from '../writing/settle-departures.ts'
import { beginRun } from './begin-run.ts'
import { completeRun } from './end-run.ts'
import { enterNextPhase } from './enter-next-phase.ts'
import { syncRecords } from './sync-records.ts'
import { takeTurn } from './take-turn.ts'

/** Receives the outcome of each record that changed. */
export type Observe = (objectType: ObjectType, observation: Observation) => void

/** Advances a run from its checkpoint for one turn. Returns true if the run has ended. */
export async function advanceRun(
  context: SyncContext,
  run: Run,
  stop: AbortSignal,
  observe?: Observe,
): Promise<boolean> {
  const isOver = takeTurn(context, run, stop)
  const portal = await context.openPortal(run.workspaceId)
  try {
    return await goThroughPhases({ context, run, portal, isOver, stop }, observe)
  } finally {
    await noteCalls(context, run, portal.usage)
  }
}

async function goThroughPhases(turn: Turn, observe?: Observe): Promise<boolean> {
  const { context, run } = turn
  let part: RunPart | null = null
  for (;;) {
    const { step, objectType } = phases[run.phase]
    if (step === 'finish') {
      await completeRun(context, run)
      return true
    }
    if (step === 'prepare') await beginRun(turn)
    if (step === 'collect' && !(await collectContacts(turn))) return false
    if (step === 'sync' || step === 'settle' || step === 'retry') {
      if (part?.objectType !== objectType) part = await openPart(turn, observe)
      const goThrough = { sync: syncRecords, settle: settleDepartures, retry: retryBlocked }[step]
      if (!(await goThrough(turn, part))) return false
    }
    await enterNextPhase(turn)
  }
}

async function openPart({ context, portal, run }: Turn, observe?: Observe): Promise<RunPart> {
  const open = phases[run.phase].objectType === 'ACCOUNT' ? openAccountsPart : openContactsPart
  const part = await open(context, portal, run)
  await reportMissingFields(context, run, part)
  if (run.kind === 'RECORDS') {
    // Other runs may have gained links during their turns.
    run.activeLinks = await part.store.links.countActive(context.database.pool, run.workspaceId)
  }
  const { objectType } = part
  return { ...part, observe: observe && ((observation) => observe(objectType, observation)) }
}
