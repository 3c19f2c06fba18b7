import { announceContacts } from '../../contacts/announce-contacts.ts'
import { inTransaction } from '../../database/database.ts'
import { patientLockWaitMs } from '../../database/steady-connection.ts'
import type { RunPart } from '../reading/run-part.ts'
import { type Move, moveRun, standAt } from '../runs/move-run.ts'
import { noCounts } from '../runs/run.ts'
import type { Turn } from '../runs/turn.ts'
import { passStart } from './retry-passes.ts'
import { settleMerged, survivorsOf } from './settle-merged.ts'

/**
 * Asks HubSpot about records that left the scope earlier and still hold a handle which this run refused to another
 * record, since nobody reported what happened to them. Records that HubSpot says are gone become SOURCE_DELETED, or
 * follow their merge, and the run begins another pass over the records that they blocked (B46, B57). `asked` contains
 * ids that HubSpot still knows; this function adds to it. Returns false if no further record is gone.
 */
export async function settleGoneHolders(turn: Turn, part: RunPart, asked: Set<bigint>): Promise<boolean> {
  const { context, run, stop } = turn
  const limit = context.tuning.pageSize
  let isAnyGone = false
  for (let after: bigint | undefined = -1n; after !== undefined; ) {
    const page: bigint[] = await part.store.links.findOutOfScopeHolders(context.database.pool, run, part.objectType, {
      after,
      limit,
    })
    const ids = page.filter((id) => !asked.has(id))
    if (ids.length > 0) isAnyGone = (await settleGone(turn, part, ids, stop)) || isAnyGone
    for (const id of ids) asked.add(id)
    after = page.length < limit ? undefined : page.at(-1)
  }
  return isAnyGone
}

async function settleGone(
  { context, run }: Turn,
  part: RunPart,
  ids: readonly bigint[],
  stop: AbortSignal,
): Promise<boolean> {
  const { objectType, store } = part
  const { workspaceId } = run
  const answers = await part.readAny(ids, stop)
  // A record that HubSpot returns unreadably, or not at all, is not gone: only an explicit answer counts (B57).
  const alive = new Set(answers.map(({ hubspotId }) => hubspotId))
  const survivors = survivorsOf(answers)
  const gone = ids.filter((id) => !alive.has(id))
  const deleted = gone.filter((id) => !survivors.has(id))
  // If HubSpot is still building the list, the record that they were merged into may be in it (B58).
  const isUnknown = objectType === 'CONTACT' && run.checkpoint.isListIncomplete === true
  const merged = isUnknown ? [] : gone.filter((id) => survivors.has(id))
  if (deleted.length + merged.length === 0) return false
  const at = context.now()
  const move: Move = {
    phase: run.phase,
    checkpoint: passStart(run.checkpoint),
    counts: noCounts,
    activeLinks: run.activeLinks,
  }
  const changedIds = await inTransaction(context.database.pool, async (client) => {
    await store.lock(client, workspaceId, patientLockWaitMs)
    const deletedIds = await store.links.stop(client, workspaceId, deleted, 'SOURCE_DELETED')
    const mergedIds = await settleMerged(client, run, part, merged, survivors, 'OUT_OF_SCOPE')
    const all = [...deletedIds, ...mergedIds]
    if (all.length > 0) await moveRun(client, run, move, at)
    return all
  })
  if (changedIds.length === 0) return false
  standAt(run, move)
  if (objectType === 'CONTACT') await announceContacts(context, workspaceId, changedIds)
  return true
}
