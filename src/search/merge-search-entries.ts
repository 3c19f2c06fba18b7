import type { Queryable } from '../database/database.ts'

/** The indexes over trigrams (B4) and over the values of custom fields (B5). */
const searchIndexes = [
  'contact_name_trgm_idx',
  'contact_handle_trgm_idx',
  'contact_custom_fields_idx',
  'account_custom_fields_idx',
]

/**
 * Merges pending entries into the search indexes. New entries wait in pending lists, which every search has to scan.
 * Otherwise writers would merge them in the middle of a page (gin_pending_list_limit); here it happens in parallel to them.
 * Returns the number of pages removed from the lists, or null if another process is merging. PostgreSQL allows this only to
 * the owner of the indexes. For other roles, writers do it.
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
