import { type Queryable, together } from '../../database/database.ts'
import type { HubSpotPortal } from '../../hubspot/portal.ts'
import { handleProblems } from '../matching/problem.ts'
import type { Run } from '../runs/run.ts'
import { openStatusesSql } from '../runs/run-states.ts'
import { tellLinksGained } from '../runs/tell-links-gained.ts'
import type { SyncContext } from '../sync-context.ts'
import { readInBatches } from './read-in-batches.ts'
import type { RunPart } from './run-part.ts'

/** Maximum number of contacts per call to HubSpot. */
const contactsPerCall = 100

/**
 * Adds the records that the run's records were merged into (B59), since their values live on there. Done before the
 * first page, because a run works in ascending order of id (B51).
 */
export async function followMergedMembers(
  { database, tuning }: SyncContext,
  portal: HubSpotPortal,
  run: Run,
  stop: AbortSignal,
): Promise<void> {
  const read = run.objectType === 'CONTACT' ? portal.readContacts : portal.readCompanies
  const { readAny } = readInBatches(tuning.readLimit, read)
  for (let last: bigint | undefined = -1n; last !== undefined; ) {
    const { rows }: { rows: { hubspot_id: bigint }[] } = await database.pool.query<{ hubspot_id: bigint }>(
      `SELECT hubspot_id FROM sync_run_member WHERE run_id = $1 AND workspace_id = $2 AND hubspot_id > $3
       ORDER BY hubspot_id LIMIT $4`,
      [run.id, run.workspaceId, last, tuning.pageSize],
    )
    const ids = rows.map((row) => row.hubspot_id)
    if (ids.length > 0) {
      await addMembers(
        database.pool,
        run,
        (await readAny(ids, stop)).map(({ hubspotId }) => hubspotId),
      )
    }
    last = ids.at(-1)
  }
}

/**
 * Adds the records that were skipped because one of the run's records holds their handle. The handle may be free now
 * (B51), and they need not wait for the next full run.
 */
export async function addWaitingMembers(queryable: Queryable, run: Run): Promise<void> {
  await queryable.query(
    `INSERT INTO sync_run_member (workspace_id, run_id, hubspot_id)
     SELECT DISTINCT $1::uuid, $2::uuid, hubspot_id FROM sync_error
     WHERE workspace_id = $1 AND object_type = $3 AND status = 'OPEN' AND type = ANY ($4::sync_error_type[])
       AND held_by_hubspot_id IN (SELECT hubspot_id FROM sync_run_member WHERE run_id = $2 AND workspace_id = $1)
     ON CONFLICT DO NOTHING`,
    [run.workspaceId, run.id, run.objectType, handleProblems],
  )
}

/** Stores ids for a run. Ids that are already stored are ignored. */
export async function addMembers(
  queryable: Queryable,
  run: Pick<Run, 'id' | 'workspaceId'>,
  hubspotIds: readonly bigint[],
): Promise<void> {
  await queryable.query(
    `INSERT INTO sync_run_member (workspace_id, run_id, hubspot_id)
     SELECT $1, $2, row.id FROM unnest($3::bigint[]) AS row (id) ON CONFLICT DO NOTHING`,
    [run.workspaceId, run.id, hubspotIds],
  )
}

/** The contacts among these that are members of the list (B27). */
export async function findMembers(
  portal: HubSpotPortal,
  listId: string,
  ids: readonly bigint[],
  signal: AbortSignal,
): Promise<Set<bigint>> {
  const calls: Promise<Set<bigint>>[] = []
  for (let start = 0; start < ids.length; start += contactsPerCall) {
    calls.push(portal.membersAmong(listId, ids.slice(start, start + contactsPerCall), signal))
  }
  return new Set((await Promise.all(calls)).flatMap((members) => [...members]))
}

/**
 * Updates what a full run assumes and a page of single records changes: records that the full run noted as departed are
 * back, and its number of links. The records' own sync time advances here, since no end of a full run covers them
 * (B40).
 */
export async function confirmRecords(
  client: Queryable,
  run: Run,
  { objectType, store }: RunPart,
  { hubspotIds, linksGained }: { readonly hubspotIds: readonly bigint[]; readonly linksGained: number },
  at: Date,
): Promise<void> {
  await together([
    store.links.confirm(client, run.workspaceId, hubspotIds, at),
    client.query(
      `DELETE FROM sync_run_departure USING sync_run
       WHERE sync_run.id = run_id AND sync_run.workspace_id = $1 AND scope = 'ALL' AND status IN (${openStatusesSql})
         AND sync_run_departure.workspace_id = $1 AND sync_run_departure.object_type = $2
         AND hubspot_id = ANY ($3::bigint[])`,
      [run.workspaceId, objectType, hubspotIds],
    ),
    tellLinksGained(client, run, objectType, linksGained),
  ])
}

/**
 * Resolves open errors of the run's records that were not found again: the records are gone, or no longer in scope
 * (B54). If HubSpot was still building the list, that is unknown (B58).
 */
export async function resolveUnseenMembers(client: Queryable, run: Run, at: Date): Promise<void> {
  if (run.objectType === 'CONTACT' && run.checkpoint.isListIncomplete) return
  await client.query(
    `UPDATE sync_error SET status = 'RESOLVED', resolved_at = $4
     WHERE workspace_id = $2 AND object_type = $3 AND status = 'OPEN' AND last_run_id <> $1 AND hubspot_id IN (
       SELECT hubspot_id FROM sync_run_member WHERE run_id = $1 AND workspace_id = $2)`,
    [run.id, run.workspaceId, run.objectType, at],
  )
}
