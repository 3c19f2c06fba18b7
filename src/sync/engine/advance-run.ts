import type { HubSpotPortal } from '../../hubspot/portal.ts'
import { openAccountsPart } from '../reading/accounts-part.ts'
import { collectContacts } from '../reading/collect-contacts.ts'
import { openContactsPart } from '../reading/contacts-part.ts'
import { reportMissingFields } from '../reading/plan-part.ts'
import type { RunPart } from '../reading/run-part.ts'
import type { Run } from '../runs/run.ts'
import type { SyncContext } from '../sync-context.ts'
import { retryBlocked } from '../writing/retry-blocked.ts'
import { settleDepartures } from '../writing/settle-departures.ts'
import { beginRun } from './begin-run.ts'
import { completeRun } from './end-run.ts'
import { noteCalls } from './note-calls.ts'
import { enterNextPhase } from './phases.ts'
import { syncRecords } from './sync-records.ts'
import { takeTurn } from './take-turn.ts'

/** A run gives its turn up after this long to one over single records, which somebody waits for. */
const shortTurnMs = 1_000

/** Works on a run from where it stands, for a chunk. Returns whether the run has ended. */
export async function advanceRun(context: SyncContext, run: Run, stop: AbortSignal): Promise<boolean> {
  const started = performance.now()
  const isTurnOver = takeTurn(context, stop)
  const isTimeUp = () => isTurnOver() || (run.isWaitedFor && performance.now() - started > shortTurnMs)
  const portal = await context.openPortal(run.workspaceId)
  try {
    return await workWithPortal(context, portal, run, isTimeUp, stop)
  } finally {
    await noteCalls(context, run, portal.usage)
  }
}

async function workWithPortal(
  context: SyncContext,
  portal: HubSpotPortal,
  run: Run,
  isTimeUp: () => boolean,
  stop: AbortSignal,
): Promise<boolean> {
  let part: RunPart | null = null
  for (;;) {
    if (run.phase === 'FINISHED') {
      await completeRun(context, run)
      return true
    }
    if (run.phase === 'PREPARING') {
      await beginRun(context, portal, run, stop)
    } else if (run.phase === 'COLLECTING_CONTACTS') {
      if (!(await collectContacts(context, portal, run, isTimeUp, stop))) return false
      await enterNextPhase(context, run)
    } else {
      const open: typeof openAccountsPart = run.phase.endsWith('_ACCOUNTS') ? openAccountsPart : openContactsPart
      const objectType = open === openAccountsPart ? 'ACCOUNT' : 'CONTACT'
      if (part?.objectType !== objectType) {
        part = await open(context, portal, run)
        await reportMissingFields(context, run, part)
        // Runs that had their turn in between may have gained links.
        if (run.kind === 'RECORDS')
          run.activeLinks = await part.store.links.countActive(context.database.pool, run.workspaceId)
      }
      if (!(await workOnPart(context, run, part, isTimeUp, stop))) return false
      await enterNextPhase(context, run)
    }
  }
}

/** Returns false if `isTimeUp` ended the phase under way early. */
async function workOnPart(
  context: SyncContext,
  run: Run,
  part: RunPart,
  isTimeUp: () => boolean,
  stop: AbortSignal,
): Promise<boolean> {
  switch (run.phase) {
    case 'SYNCING_ACCOUNTS':
    case 'SYNCING_CONTACTS':
      return syncRecords(context, run, part, isTimeUp, stop)
    case 'SETTLING_ACCOUNTS':
    case 'SETTLING_CONTACTS':
      return settleDepartures(context, run, part, isTimeUp, stop)
    default:
      return retryBlocked(context, run, part, isTimeUp, stop)
  }
}
