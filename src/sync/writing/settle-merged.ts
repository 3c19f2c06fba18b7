import type { Queryable } from '../../database/database.ts'
import type { HubSpotRecord } from '../../hubspot/portal.ts'
import { mergedIds } from '../mapping/field-plan.ts'
import type { RunPart } from '../reading/run-part.ts'
import type { Run } from '../runs/run.ts'
import { findPrimaries, recordAliases } from './merge-aliases.ts'

/** The record that HubSpot returns for each id that was merged into it. */
export function survivorsOf(answers: readonly HubSpotRecord[]): ReadonlyMap<bigint, bigint> {
  const survivors = new Map<bigint, bigint>()
  for (const { hubspotId, properties } of answers) {
    for (const merged of (properties[mergedIds] ?? '').split(';')) {
      if (/^\d{1,18}$/.test(merged)) survivors.set(BigInt(merged), hubspotId)
    }
  }
  return survivors
}

/**
 * Settles links whose record was merged into a record that this run did not process. If that record is in scope and was
 * skipped, everything stays as it is: the link is held until the record gets through. If it is out of scope, it takes
 * over the link, or already has one. `state` is the state of the departed links. Returns the ids of the records whose
 * links no longer follow what they followed.
 */
export async function settleMerged(
  client: Queryable,
  run: Run,
  part: RunPart,
  departed: readonly bigint[],
  survivors: ReadonlyMap<bigint, bigint>,
  state: 'ACTIVE' | 'OUT_OF_SCOPE' = 'ACTIVE',
): Promise<string[]> {
  if (departed.length === 0) return []
  const { workspaceId } = run
  const { objectType, store } = part
  const { ids, primaries } = await withPrimaries(client, run, part, departed, survivors, state)
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
  await recordAliases(client, workspaceId, objectType, { done: merges, waiting: [] })
  return stoppedIds
}

/** Adds the primaries of their merges that come later: their records survive, whatever the page (I8). */
async function withPrimaries(
  client: Queryable,
  { workspaceId }: Run,
  { objectType, store }: RunPart,
  departed: readonly bigint[],
  survivors: ReadonlyMap<bigint, bigint>,
  state: 'ACTIVE' | 'OUT_OF_SCOPE',
): Promise<{ ids: readonly bigint[]; primaries: ReadonlySet<bigint> }> {
  const targets = new Set(departed.map((id) => survivors.get(id)))
  const merged = [...survivors].filter(([, to]) => targets.has(to)).map(([from]) => from)
  const primaries = await findPrimaries(client, workspaceId, objectType, merged)
  const later = [...primaries].filter((id) => !departed.includes(id))
  if (later.length === 0) return { ids: departed, primaries }
  const others = await store.links.findInState(client, workspaceId, later, state)
  return { ids: [...departed, ...others].sort((a, b) => (a < b ? -1 : 1)), primaries }
}

/** The ids among these that this run met and skipped. */
async function findSkipped(client: Queryable, run: Run, objectType: string, hubspotIds: readonly bigint[]) {
  const { rows } = await client.query<{ hubspot_id: bigint }>(
    `SELECT hubspot_id FROM sync_error
     WHERE workspace_id = $1 AND object_type = $2 AND hubspot_id = ANY ($3::bigint[]) AND status = 'OPEN'
       AND last_run_id = $4
     UNION SELECT hubspot_id FROM sync_run_left_out
     WHERE workspace_id = $1 AND run_id = $4 AND $2 = 'CONTACT'::object_type AND hubspot_id = ANY ($3::bigint[])`,
    [run.workspaceId, objectType, hubspotIds, run.id],
  )
  return new Set(rows.map((row) => row.hubspot_id))
}
