import type { Queryable } from '../database/database.ts'

/** Those over trigrams (B4) and over the values of custom fields (B5). */
const searchIndexes = [
  'contact_name_trgm_idx',
  'contact_handle_trgm_idx',
  'contact_custom_fields_idx',
  'account_custom_fields_idx',
]

/**
 * Merges into the search indexes what was written since the last time and waits in their lists, which each search reads
 * through. Left alone, writers would do it in the middle of a page (gin_pending_list_limit); here it goes on beside
 * them. Returns how many pages of the lists it emptied, or null where another process is at it. PostgreSQL lets the
 * indexes' owner do it alone; anybody else leaves it to the writers.
 */
export async function mergeSearchEntries(queryable: Queryable): Promise<number | null> {
  const { rows } = await queryable.query<{ pages: number | null }>(
    `SELECT CASE WHEN pg_try_advisory_xact_lock(hashtextextended('search entries', 0)) THEN
       (SELECT coalesce(sum(gin_clean_pending_list(oid::regclass)), 0)::integer
        FROM pg_class WHERE oid = ANY ($1::text[]::regclass[]) AND pg_has_role(relowner, 'USAGE')) END AS pages`,
    [searchIndexes],
  )
  return rows[0]?.pages ?? null
}
