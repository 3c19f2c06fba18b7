import type { Viewer } from '../auth/viewer.ts'
import { visibleTo } from '../contacts/visible-contacts.ts'
import { prepared, type Queryable } from '../database/database.ts'

/** What a person typed, in each form in which it may be stored. */
export interface Typed {
  readonly text: string
  /** The text without invisible characters, as it would occur in a handle. */
  readonly address: string
  /** The digits as they may be stored, if the text looks like part of a phone number. */
  readonly digits: string | null
  /** The normal form of the text as a complete handle. Null if it is not one. */
  readonly email: string | null
  readonly phone: string | null
}

/** Owners keep the same handle private, each for themselves. */
const mostOwners = 1_000

/**
 * Finds the contacts that are suggested first, best first: those with exactly this handle, and then those whose name starts
 * with the text. This runs for each character that somebody types, so connections keep its
 * plan. The plan must not depend on how full the tables were when it was made: every table is read in the order of one
 * index, which no other index has, and the values are hidden in a common table expression. Otherwise PostgreSQL would
 * estimate them, and make a new plan for each text.
 */
export async function findBeginnings(
  queryable: Queryable,
  { workspaceId, userId }: Viewer,
  { text, email, phone }: Typed,
  first: number,
): Promise<string[]> {
  const values = [workspaceId, userId, text.normalize('NFC'), email, phone]
  const { rows } = await queryable.query<{ id: string }>(prepared(statementFor(first), values))
  return [...new Set(rows.map(({ id }) => id))].slice(0, first)
}

/** With the limit as a value, PostgreSQL would expect a tenth of all rows. So there are two statements. */
function statementFor(first: number): string {
  const limit = first <= 10 ? 10 : 100
  const holders = (rank: number, source: 'EMAIL' | 'PHONE', isPrivate: boolean) => `
    (SELECT ${rank}, contact.id, search_text(contact.name)
     FROM (SELECT contact_id FROM contact_handle
         WHERE workspace_id = $1 AND source = '${source}' AND ${isPrivate ? '' : 'NOT'} is_private
           AND value >= (SELECT ${source} FROM typed) AND value <= (SELECT ${source} FROM typed)
         ORDER BY workspace_id, source, value LIMIT ${isPrivate ? mostOwners : 1}) AS held
       CROSS JOIN LATERAL (SELECT * FROM contact WHERE id >= held.contact_id ORDER BY id LIMIT 1) AS contact
     WHERE contact.id = held.contact_id AND contact.workspace_id = $1 AND ${visibleTo('$2::uuid')}
     LIMIT ${limit})`
  return `
    WITH typed AS MATERIALIZED (
      SELECT search_text($3) AS name, $4::text AS email, $5::text AS phone
    )
    SELECT id FROM (
      ${holders(1, 'EMAIL', false)} UNION ALL ${holders(1, 'PHONE', false)}
      UNION ALL ${holders(2, 'EMAIL', true)} UNION ALL ${holders(2, 'PHONE', true)}
      UNION ALL
      (SELECT 3, contact.id, search_text(contact.name) FROM contact
       WHERE contact.workspace_id = $1 AND ${visibleTo('$2::uuid')}
         AND search_text(contact.name) COLLATE "C" >= (SELECT name FROM typed)
         AND search_text(contact.name) COLLATE "C" < (SELECT name || U&'\\+10FFFF' FROM typed)
       -- Sorted by name, so that the first results are stable while the user types.
       ORDER BY contact.workspace_id, search_text(contact.name) COLLATE "C", contact.id LIMIT ${limit})
    ) AS found (rank, id, name) ORDER BY rank, name COLLATE "C", id`
}
