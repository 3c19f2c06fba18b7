import { z } from 'zod'
import type { Queryable } from '../../database/database.ts'
import { ObjectType, SyncErrorType } from '../../generated/prisma/enums.ts'
import { type Samples, sampleOutcomes } from './collect-samples.ts'
import { rules } from './rules.ts'
import type { StoreCopy } from './store-copy.ts'

const idsPerError = 5

/**
 * The result of a preview, as stored in `sync_run.preview`. It contains only ids of records: their personal data stays
 * where a privacy deletion finds it (B61).
 */
export const previewSchema = z.object({
  samples: z.array(
    z.object({
      objectType: z.enum(ObjectType),
      hubspotId: z.string(),
      outcome: z.enum(sampleOutcomes),
      rule: z.enum(rules),
      recordId: z.string().nullable(),
    }),
  ),
  errors: z.array(
    z.object({
      type: z.enum(SyncErrorType),
      objectType: z.enum(ObjectType),
      count: z.number().int(),
      /** Ids of some of the records; empty if the problem is not about a single record. */
      hubspotIds: z.array(z.string()),
    }),
  ),
  departures: z.array(
    z.object({
      objectType: z.enum(ObjectType),
      sourceDeleted: z.number().int(),
      outOfScope: z.number().int(),
      mergedAway: z.number().int(),
    }),
  ),
})
export type PreviewReport = z.infer<typeof previewSchema>

/** What the run did to the copies. */
export async function reportPreview(
  { pool, madeAt }: StoreCopy,
  run: { readonly id: string; readonly workspaceId: string },
  samples: Samples,
): Promise<PreviewReport> {
  return {
    samples: samples.all(),
    errors: await findErrors(pool, run),
    departures: [
      await countDepartures(pool, 'ACCOUNT', 'account_link', madeAt),
      await countDepartures(pool, 'CONTACT', 'contact_link', madeAt),
    ],
  }
}

async function findErrors(pool: Queryable, run: { readonly id: string; readonly workspaceId: string }) {
  const { rows } = await pool.query<PreviewReport['errors'][number]>(
    `SELECT type, object_type AS "objectType", count(*)::integer AS count, coalesce(
       (array_agg(hubspot_id::text ORDER BY hubspot_id) FILTER (WHERE hubspot_id > 0))[1:${idsPerError}], '{}'
     ) AS "hubspotIds"
     FROM sync_error WHERE workspace_id = $1 AND last_run_id = $2 AND status = 'OPEN'
     GROUP BY type, object_type ORDER BY count(*) DESC, type`,
    [run.workspaceId, run.id],
  )
  return rows
}

async function countDepartures(
  pool: Queryable,
  objectType: ObjectType,
  links: 'account_link' | 'contact_link',
  since: Date,
): Promise<PreviewReport['departures'][number]> {
  const { rows } = await pool.query<{ state: string; count: number }>(
    `SELECT state, count(*)::integer AS count FROM ${links}
     WHERE state <> 'ACTIVE' AND state_changed_at >= $1 GROUP BY state`,
    [since],
  )
  const count = (state: string) => rows.find((row) => row.state === state)?.count ?? 0
  return {
    objectType,
    sourceDeleted: count('SOURCE_DELETED'),
    outOfScope: count('OUT_OF_SCOPE'),
    mergedAway: count('MERGED_AWAY'),
  }
}
