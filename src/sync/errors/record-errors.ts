import { bigints, jsonbs } from '../../database/array-parameter.ts'
import type { Queryable } from '../../database/database.ts'
import { newId } from '../../database/new-id.ts'
import type { ObjectType, SyncErrorType } from '../../generated/prisma/enums.ts'
import type { Problem } from '../matching/problem.ts'

interface Run {
  readonly id: string
  readonly workspaceId: string
}

/** Opens an error for each problem, or updates the time at which an open error was last seen (B54). */
export async function recordErrors(
  client: Queryable,
  run: Run,
  objectType: ObjectType,
  problems: readonly Problem[],
  at: Date,
): Promise<void> {
  if (problems.length === 0) return
  const [recordId, heldById] =
    objectType === 'CONTACT' ? ['contact_id', 'held_by_contact_id'] : ['account_id', 'held_by_account_id']
  await client.query({
    text: `
      INSERT INTO sync_error (workspace_id, object_type, first_run_id, last_run_id, first_seen_at, last_seen_at,
        id, hubspot_id, type, property, message, ${recordId}, ${heldById}, held_by_hubspot_id, hubspot_name, details)
      SELECT $1, $12, $2, $2, $3, $3, row.*
      FROM unnest($4::uuid[], $5::bigint[], $6::sync_error_type[], $7::text[], $8::text[], $9::uuid[], $10::uuid[],
        $11::bigint[], $13::text[], $14::jsonb[]) AS row
      ON CONFLICT (workspace_id, object_type, hubspot_id, type, property) WHERE status = 'OPEN'
      DO UPDATE SET last_run_id = excluded.last_run_id, last_seen_at = excluded.last_seen_at,
        message = excluded.message, ${recordId} = excluded.${recordId},
        ${heldById} = excluded.${heldById}, held_by_hubspot_id = excluded.held_by_hubspot_id,
        hubspot_name = excluded.hubspot_name, details = excluded.details`,
    values: [
      run.workspaceId,
      run.id,
      at,
      problems.map(() => newId()),
      problems.map((problem) => problem.hubspotId),
      problems.map((problem) => problem.type),
      problems.map((problem) => problem.property),
      problems.map((problem) => problem.message),
      problems.map((problem) => problem.recordId),
      problems.map((problem) => problem.heldById),
      problems.map((problem) => problem.heldByHubspotId),
      objectType,
      problems.map((problem) => problem.hubspotName),
      jsonbs(problems, ({ details }) => details && JSON.stringify(details)),
    ],
  })
}

/**
 * Resolves the open errors of these records, of the given types or of all types, except for the problems that were
 * found again (B54).
 */
export async function resolveErrors(
  client: Queryable,
  run: Run,
  objectType: ObjectType,
  of: {
    readonly hubspotIds: readonly bigint[]
    readonly except?: readonly Problem[]
    readonly types?: readonly SyncErrorType[]
  },
  at: Date,
) {
  if (of.hubspotIds.length === 0) return
  const except = of.except ?? []
  await client.query({
    text: `
      UPDATE sync_error SET status = 'RESOLVED', resolved_at = $3
      WHERE workspace_id = $1 AND id = ANY (ARRAY (
        SELECT found.id FROM unnest($4::bigint[]) AS asked (hubspot_id)
        CROSS JOIN LATERAL (
          SELECT id, type, property FROM sync_error
          WHERE workspace_id = $1 AND object_type = $2 AND status = 'OPEN' AND hubspot_id = asked.hubspot_id
          OFFSET 0
        ) AS found
        WHERE ($5::sync_error_type[] IS NULL OR found.type = ANY ($5)) AND (asked.hubspot_id, found.type, found.property)
          NOT IN (SELECT * FROM unnest($6::bigint[], $7::sync_error_type[], $8::text[]))))`,
    values: [
      run.workspaceId,
      objectType,
      at,
      bigints(of.hubspotIds, (id) => id),
      of.types ?? null,
      except.map((problem) => problem.hubspotId),
      except.map((problem) => problem.type),
      except.map((problem) => problem.property),
    ],
  })
}

/**
 * Resolves every open error that a full run did not find again: its record left the scope, or its cause is gone (B54).
 * Errors that a run over single records found in the meantime are newer and stay open. If HubSpot was still building
 * the list, errors of contacts that the list did not show stay open too (B58).
 */
export async function resolveUnseenErrors(
  client: Queryable,
  run: Run & { readonly checkpoint: { readonly isListIncomplete?: boolean | undefined } },
  objectType: ObjectType,
  at: Date,
) {
  const isListIncomplete = objectType === 'CONTACT' && run.checkpoint.isListIncomplete === true
  await client.query(
    `UPDATE sync_error SET status = 'RESOLVED', resolved_at = $3
     WHERE workspace_id = $1 AND object_type = $4 AND status = 'OPEN' AND last_run_id <> $2
       AND ($5 = false OR hubspot_id = 0 OR hubspot_id IN (
         SELECT met.hubspot_id FROM sync_error met
         WHERE met.workspace_id = $1 AND met.object_type = $4 AND met.status = 'OPEN' AND met.last_run_id = $2))
       AND NOT EXISTS (
         SELECT FROM sync_run single, sync_run whole WHERE single.id = sync_error.last_run_id AND single.scope = 'RECORDS'
           AND whole.id = $2 AND single.heartbeat_at >= whole.started_at)`,
    [run.workspaceId, run.id, at, objectType, isListIncomplete],
  )
}

/** True if there are open errors of records that the run did not meet. */
export async function hasUnseenErrors(queryable: Queryable, run: Run, objectType: ObjectType): Promise<boolean> {
  const { rowCount } = await queryable.query(
    `SELECT FROM sync_error
     WHERE workspace_id = $1 AND object_type = $3 AND status = 'OPEN' AND last_run_id <> $2 AND hubspot_id > 0 LIMIT 1`,
    [run.workspaceId, run.id, objectType],
  )
  return rowCount !== 0
}
