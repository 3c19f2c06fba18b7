import { announceContacts } from '../../contacts/announce-contacts.ts'
import { inTransaction } from '../../database/database.ts'
import { patientLockWaitMs } from '../../database/steady-connection.ts'
import type { ObjectType } from '../../generated/prisma/enums.ts'
import type { HubSpotRecord } from '../../hubspot/portal.ts'
import { hasUnseenErrors, recordErrors, resolveErrors } from '../errors/record-errors.ts'
import { manyDepartures, noRecord, unexpected } from '../matching/problem.ts'
import type { RunPart } from '../reading/run-part.ts'
import { announceRun } from '../runs/announce-run.ts'
import { type Move, moveRun, standAt } from '../runs/move-run.ts'
import { noteListIncomplete } from '../runs/notice.ts'
import { noCounts, type Run } from '../runs/run.ts'
import { phases } from '../runs/run-states.ts'
import { tellLinksGained } from '../runs/tell-links-gained.ts'
import type { Turn } from '../runs/turn.ts'
import type { SyncContext } from '../sync-context.ts'
import { settleMerged, survivorsOf } from './settle-merged.ts'

/** Number of records that may always leave without confirmation. */
const fewDepartures = 10

/** More records left the scope than may without confirmation. The run waits for an admin. */
export class ManyDeparturesError extends Error {
  override name = 'ManyDeparturesError'
}

/**
 * Finds out what happened to the records that this part of the run did not meet: deleted in HubSpot (B57), out of scope
 * (B58), or merged into another record (B59). It deletes none of our records. If HubSpot is still building the list
 * that they are missing from, a later run settles them. Returns false if the turn was over early. Throws {@link
 * ManyDeparturesError}, with nothing changed, if an emptied list is more likely than that many departures.
 */
export async function settleDepartures(turn: Turn, part: RunPart): Promise<boolean> {
  const { context, run, isOver, stop } = turn
  if (run.checkpoint.lastId === null && !(await mayConclude(turn, part))) return true
  for (;;) {
    const ids = await nextDepartures(context, run, part)
    if (ids.length === 0) return true
    const active = await part.store.links.findInState(context.database.pool, run.workspaceId, ids)
    const answers = active.length === 0 ? [] : await part.readAny(active, stop)
    await settlePage(turn, part, ids, { active, answers })
    await announceRun(context, run.workspaceId, run.id)
    if (isOver()) return false
  }
}

/**
 * True if records that this part of the run did not meet can be settled. Throws {@link ManyDeparturesError} if an admin
 * has to decide.
 */
async function mayConclude({ context, run, stop }: Turn, { objectType, store, source }: RunPart): Promise<boolean> {
  const { pool } = context.database
  const departures = await store.links.countDepartures(pool, run, objectType)
  if (departures > 0 || (await hasUnseenErrors(pool, run, objectType))) {
    // HubSpot may report a list that was deleted in the meantime as empty, although nobody has left it.
    const isComplete = (await source.isComplete?.(stop)) ?? true
    if (!isComplete || isIncomplete(run)) {
      await leaveDepartures(context, run, store)
      return false
    }
  }
  if (run.kind !== 'RECORDS') await requireLikelyDepartures(context, run, objectType, departures)
  return true
}

/** HubSpot was still building the list of this run's contacts, so a missing record has not necessarily left (B58). */
function isIncomplete({ phase, checkpoint }: Run): boolean {
  return phases[phase].objectType === 'CONTACT' && checkpoint.isListIncomplete === true
}

/** Leaves the records that this run did not meet to a later run. This run has not seen them (B40). */
async function leaveDepartures(context: SyncContext, run: Run, { links }: RunPart['store']): Promise<void> {
  const at = context.now()
  const move: Move = {
    phase: run.phase,
    checkpoint: { ...run.checkpoint, isListIncomplete: true },
    counts: noCounts,
    activeLinks: run.activeLinks,
  }
  await inTransaction(context.database.pool, async (client) => {
    await links.holdDepartures(client, run, 'CONTACT')
    await noteListIncomplete(client, run)
    await moveRun(client, run, move, at)
  })
  standAt(run, move)
}

async function requireLikelyDepartures(
  context: SyncContext,
  run: Run,
  objectType: ObjectType,
  departures: number,
): Promise<void> {
  const { linksAtStart } = run.checkpoint
  const limit = Math.max(fewDepartures, (linksAtStart * run.settings.departureLimitPercent) / 100)
  if (departures <= limit || run.departuresConfirmed) {
    const settled = { hubspotIds: [noRecord], types: ['MANY_DEPARTURES'] as const }
    await resolveErrors(context.database.pool, run, objectType, settled, context.now())
    return
  }
  const problem = manyDepartures(objectType, departures, linksAtStart)
  await recordErrors(context.database.pool, run, objectType, [problem], context.now())
  // A preview reports it, and then shows what would happen after an admin confirmed it.
  if (run.kind !== 'PREVIEW') throw new ManyDeparturesError(problem.message)
}

async function nextDepartures({ database, tuning }: SyncContext, run: Run, { objectType }: RunPart) {
  const { rows } = await database.pool.query<{ hubspot_id: bigint }>(
    `SELECT hubspot_id FROM sync_run_departure
     WHERE run_id = $1 AND workspace_id = $2 AND object_type = $3 AND hubspot_id > $4 ORDER BY hubspot_id LIMIT $5`,
    [run.id, run.workspaceId, objectType, run.checkpoint.lastId ?? '-1', tuning.pageSize],
  )
  return rows.map((row) => row.hubspot_id)
}

interface Findings {
  /** Records whose link still follows HubSpot. A merge may have taken over the link in the meantime. */
  readonly active: readonly bigint[]
  /** The records that HubSpot returned for them. */
  readonly answers: readonly HubSpotRecord[]
}

async function settlePage(
  { context, run }: Turn,
  part: RunPart,
  ids: readonly bigint[],
  { active, answers }: Findings,
): Promise<void> {
  const at = context.now()
  const { objectType, store } = part
  const { workspaceId } = run
  const alive = new Set(answers.map(({ hubspotId }) => hubspotId))
  const survivors = survivorsOf(answers)
  const gone = active.filter((id) => !alive.has(id))
  // A record that HubSpot does not return, or returns unreadably, is not settled: only an explicit answer counts (B57).
  const doubts = answers.flatMap(({ hubspotId, unreadable }) =>
    unreadable === undefined ? [] : unexpected(hubspotId, unreadable),
  )
  const doubtful = new Set(doubts.map(({ hubspotId }) => hubspotId))
  // All companies are in scope: a company that HubSpot returns was only missing from the listing at that moment.
  const left = objectType === 'CONTACT' ? active.filter((id) => alive.has(id) && !doubtful.has(id)) : []
  const step = await inTransaction(context.database.pool, async (client) => {
    await store.lock(client, workspaceId, patientLockWaitMs)
    const leftIds = await store.links.stop(client, workspaceId, left, 'OUT_OF_SCOPE')
    const deleted = gone.filter((id) => !survivors.has(id))
    const deletedIds = await store.links.stop(client, workspaceId, deleted, 'SOURCE_DELETED')
    const merged = gone.filter((id) => survivors.has(id))
    const mergedRecordIds = await settleMerged(client, run, part, merged, survivors)
    await recordErrors(client, run, objectType, doubts, at)
    await store.links.hold(client, workspaceId, [...doubtful])
    await resolveErrors(client, run, objectType, { hubspotIds: ids, except: doubts }, at)
    const moved: Move = {
      phase: run.phase,
      checkpoint: { ...run.checkpoint, lastId: String(ids.at(-1)) },
      counts: noCounts,
      activeLinks: run.activeLinks - left.length - deleted.length - mergedRecordIds.length,
    }
    await tellLinksGained(client, run, objectType, moved.activeLinks - run.activeLinks)
    await moveRun(client, run, moved, at)
    return { ...moved, changedIds: [...leftIds, ...deletedIds, ...mergedRecordIds] }
  })
  standAt(run, step)
  if (objectType === 'CONTACT') await announceContacts(context, workspaceId, step.changedIds)
}
