import { z } from 'zod'
import type { Queryable } from '../../database/database.ts'
import { ObjectType, type RunMailKind, SyncErrorType } from '../../generated/prisma/enums.ts'

/** Number of errors shown per type. The settings page has the rest. */
const samplesPerType = 5

export const digestSchema = z.array(
  z.object({
    type: z.enum(SyncErrorType),
    objectType: z.enum(ObjectType),
    count: z.number().int(),
    /** `hubspotId` is 0 if the problem is not about a single record. */
    samples: z.array(z.object({ hubspotId: z.string(), message: z.string() })),
  }),
)
export type Digest = z.infer<typeof digestSchema>

/**
 * Stores that a run is to be reported by email, with its errors as they are now. Call it in the transaction that ends
 * or holds the run, so that there is one email however often that is attempted (B55). Previews, runs over single
 * records, and runs without errors get none.
 */
export async function noteRunMail(
  client: Queryable,
  run: { readonly id: string; readonly workspaceId: string },
  kind: RunMailKind,
  at: Date,
): Promise<void> {
  await client.query(
    `INSERT INTO run_mail (run_id, kind, workspace_id, digest, next_attempt_at, created_at)
     SELECT r.id, $3, r.workspace_id, coalesce(found.digest, '[]'), $4, $4
     FROM sync_run r CROSS JOIN LATERAL (
       SELECT jsonb_agg(jsonb_build_object('type', kinds.type, 'objectType', kinds.object_type, 'count', kinds.count,
         'samples', shown.samples) ORDER BY kinds.object_type DESC, kinds.type) AS digest
       FROM (
         SELECT type, object_type, count(*)::integer AS count FROM sync_error
         WHERE workspace_id = $2 AND last_run_id = $1 AND status = 'OPEN' GROUP BY type, object_type
       ) AS kinds CROSS JOIN LATERAL (
         SELECT jsonb_agg(jsonb_build_object('hubspotId', few.hubspot_id::text, 'message', few.message)) AS samples
         FROM (
           SELECT hubspot_id, message FROM sync_error WHERE workspace_id = $2 AND last_run_id = $1 AND status = 'OPEN'
             AND type = kinds.type AND object_type = kinds.object_type
           ORDER BY id LIMIT ${samplesPerType}
         ) AS few
       ) AS shown
     ) AS found
     WHERE r.id = $1 AND r.workspace_id = $2 AND r.scope = 'ALL'
       AND r.status IN ('COMPLETED_WITH_ERRORS', 'FAILED', 'PAUSED')
     ON CONFLICT DO NOTHING`,
    [run.id, run.workspaceId, kind, at],
  )
}
