import { announceContacts } from '../../contacts/announce-contacts.ts'
import { inTransaction, type Queryable } from '../../database/database.ts'
import { patientLockWaitMs } from '../../database/steady-connection.ts'
import type { HubSpotRecord } from '../../hubspot/portal.ts'
import { recordErrors, resolveErrors } from '../errors/record-errors.ts'
import { mergedIds } from '../mapping/field-plan.ts'
import { manyDepartures, noRecord, unexpected } from '../matching/problem.ts'
import type { RunPart } from '../reading/run-part.ts'
import { announceRun } from '../runs/announce-run.ts'
import { type Move, moveRun, standAt } from '../runs/move-run.ts'
import { noCounts, type Run } from '../runs/run.ts'
import { tellLinksGained } from '../runs/tell-links-gained.ts'
import type { Turn } from '../runs/turn.ts'
import type { SyncContext } from '../sync-context.ts'
import { findPrimaries, recordAliases } from './merge-aliases.ts'

/** So few records may always leave without a question. */
const fewDepartures = 10

/** More records left the scope than may without an admin's word: the run waits for it. */
export class ManyDeparturesError extends Error {
  override name = 'ManyDeparturesError'
}

/**
 * Finds out what became of the records that this part of the run did not meet: deleted in HubSpot (B57), out of scope
 * (B58), or merged into another one (B59). Nothing of them is deleted here. Returns false if the turn was over early.
 * Throws {@link ManyDeparturesError}, with nothing changed, where an emptied list looks more likely than so many
 * departures.
 */
export async function settleDepartures(turn: Turn, part: RunPart): Promise<boolean> {
  const { context, run, isOver, stop } = turn
  if (run.checkpoint.lastId === null) await requireLikelyDepartures(turn, part)
  for (;;) {
    const ids = await nextDepartures(context, run, part)
    if (ids.length === 0) return true
    const active = await part.store.links.findActive(context.database.pool, run.workspaceId, ids)
    const answers = active.length === 0 ? [] : await part.readAny(active, stop)
    await settlePage(turn, part, ids, { active, answers })
    await announceRun(context, run.workspaceId, run.id)
    if (isOver()) return false
  }
}

async function requireLikelyDepartures(
  { context, run, stop }: Turn,
  { objectType, store, source }: RunPart,
): Promise<void> {
  const { linksAtStart } = run.checkpoint
  const limit = Math.max(fewDepartures, (linksAtStart * run.settings.departureLimitPercent) / 100)
  const departures = await store.links.countDepartures(context.database.pool, run, objectType)
  // HubSpot may tell a list that was deleted meanwhile as an empty one, which nobody has left.
  if (departures > 0) await source.requireStillThere?.(stop)
  if (run.kind === 'RECORDS') return
  if (departures <= limit || run.departuresConfirmed) {
    const settled = { hubspotIds: [noRecord], types: ['MANY_DEPARTURES'] as const }
    await resolveErrors(context.database.pool, run, objectType, settled, context.now())
    return
  }
  const problem = manyDepartures(objectType, departures, linksAtStart)
  await recordErrors(context.database.pool, run, objectType, [problem], context.now())
  // A preview tells of it, and goes on to show what follows once an admin has confirmed it.
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
  /** Those whose link still follows HubSpot: a merge may have taken it up meanwhile. */
  readonly active: readonly bigint[]
  /** What HubSpot gave for them. */
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
  const alive = new Set(answers.map(({ id }) => id))
  const survivors = survivorsOf(answers)
  const gone = active.filter((id) => !alive.has(id))
  // Nothing is concluded about a record that HubSpot does not send understandably, or at all: only its word counts (B57).
  const doubts = answers.flatMap(({ id, unreadable }) => (unreadable === undefined ? [] : unexpected(id, unreadable)))
  const doubtful = new Set(doubts.map(({ hubspotId }) => hubspotId))
  // All companies are in scope: one that answers was only not listed at that moment.
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

/** The record that HubSpot gives for each id that was merged into it. */
function survivorsOf(answers: readonly HubSpotRecord[]): ReadonlyMap<bigint, bigint> {
  const survivors = new Map<bigint, bigint>()
  for (const { id, properties } of answers) {
    for (const merged of (properties[mergedIds] ?? '').split(';')) {
      if (/^\d{1,18}$/.test(merged)) survivors.set(BigInt(merged), id)
    }
  }
  return survivors
}

/**
 * Merged into a record that this run did not take up. One that is in scope and was skipped leaves everything as it is, so
 * that the link is held until it gets through; one out of scope takes the link over, or has a link already. Returns
 * the ids of the records whose links follow HubSpot no more.
 */
async function settleMerged(
  client: Queryable,
  run: Run,
  part: RunPart,
  departed: readonly bigint[],
  survivors: ReadonlyMap<bigint, bigint>,
): Promise<string[]> {
  if (departed.length === 0) return []
  const { workspaceId } = run
  const { objectType, store } = part
  const { ids, primaries } = await withPrimaries(client, run, part, departed, survivors)
  const skipped = await findSkipped(client, run, objectType, [...survivors.values()])
  const isHeld = (id: bigint) => skipped.has(survivors.get(id) ?? id)
  await store.links.hold(client, workspaceId, ids.filter(isHeld))
  const merges = ids
    .filter((id) => !isHeld(id))
    .map((id) => ({ from: id, to: survivors.get(id) ?? id }))
    .sort((a, b) => Number(primaries.has(b.from)) - Number(primaries.has(a.from)))
  const stoppedIds = await store.links.stop(
    client,
    workspaceId,
    merges.map(({ from }) => from),
    'OUT_OF_SCOPE',
  )
  await store.links.followMerges(client, workspaceId, merges)
  await recordAliases(client, workspaceId, objectType, merges)
  return stoppedIds
}

/** With the primaries of their merges that have a later turn: theirs are the records that go on, whatever the page (I8). */
async function withPrimaries(
  client: Queryable,
  { workspaceId }: Run,
  { objectType, store }: RunPart,
  departed: readonly bigint[],
  survivors: ReadonlyMap<bigint, bigint>,
): Promise<{ ids: readonly bigint[]; primaries: ReadonlySet<bigint> }> {
  const targets = new Set(departed.map((id) => survivors.get(id)))
  const merged = [...survivors].filter(([, to]) => targets.has(to)).map(([from]) => from)
  const primaries = await findPrimaries(client, workspaceId, objectType, merged)
  const later = [...primaries].filter((id) => !departed.includes(id))
  if (later.length === 0) return { ids: departed, primaries }
  const active = await store.links.findActive(client, workspaceId, later)
  return { ids: [...departed, ...active].sort((a, b) => (a < b ? -1 : 1)), primaries }
}

/** Ids among these that this run met and skipped. */
async function findSkipped(client: Queryable, run: Run, objectType: string, hubspotIds: readonly bigint[]) {
  const { rows } = await client.query<{ hubspot_id: bigint }>(
    `SELECT DISTINCT hubspot_id FROM sync_error
     WHERE workspace_id = $1 AND object_type = $2 AND hubspot_id = ANY ($3::bigint[]) AND status = 'OPEN'
       AND last_run_id = $4`,
    [run.workspaceId, objectType, hubspotIds, run.id],
  )
  return new Set(rows.map((row) => row.hubspot_id))
}
