import type { Viewer } from '../auth/viewer.ts'
import type { Queryable } from '../database/database.ts'
import type { HandleSource } from '../generated/prisma/enums.ts'
import { KeptStatements } from '../records/kept-statements.ts'
import { columnsOf } from './contact-columns.ts'
import type { ContactParts, ContactRow } from './contact-parts.ts'
import { visibleTo } from './visible-contacts.ts'

/** The keys to find contacts by. A handle is in its normal form and finds a shared contact. */
export type ContactKeys =
  | { readonly by: 'id' | 'externalId'; readonly values: readonly string[] }
  | { readonly by: 'handle'; readonly source: HandleSource; readonly value: string }

/**
 * Reads the visible contacts with these keys (B7, B8), with the requested parts, in one statement. The order is undefined.
 *
 * Connections keep the plan of the statement, so it must not depend on how full the tables were when it was made. Therefore
 * each row is looked up as the first row at or after its key, in the order of one index. No other index has this order, so
 * PostgreSQL chooses this one even while the tables are empty.
 */
export function readContacts(
  queryable: Queryable,
  { workspaceId, userId }: Viewer,
  keys: ContactKeys,
  parts: ContactParts,
): Promise<ContactRow[]> {
  const source = sourceOf(keys)
  const values = [workspaceId, userId, ...source.values]
  return statements.run(queryable, JSON.stringify([source.kind, parts]), values, () => statementOf(source, parts))
}

interface Source {
  readonly kind: keyof typeof sources
  readonly values: readonly unknown[]
}

function sourceOf(keys: ContactKeys): Source {
  if (keys.by === 'handle') return { kind: 'handle', values: [keys.value, keys.source] }
  const [first, ...others] = keys.values
  // For an array, PostgreSQL expects ten rows. With a single value it would discard the kept plan and plan each time.
  if (first !== undefined && others.length === 0) return { kind: keys.by, values: [first] }
  return { kind: `${keys.by}s`, values: [keys.values] }
}

const withId = (id: string) => `(SELECT * FROM contact WHERE id >= ${id} ORDER BY id LIMIT 1)`
const withExternalId = (id: string) =>
  `(SELECT * FROM contact WHERE workspace_id = $1 AND external_id >= ${id} ORDER BY workspace_id, external_id LIMIT 1)`

/** By kind of key: the FROM clause, and the condition that a row has exactly the key. */
const sources = {
  id: { from: `${withId('$3::uuid')} AS contact`, condition: 'contact.id = $3::uuid' },
  ids: {
    from: `unnest($3::uuid[]) AS wanted (id) CROSS JOIN LATERAL ${withId('wanted.id')} AS contact`,
    condition: 'contact.id = wanted.id',
  },
  externalId: { from: `${withExternalId('$3::text')} AS contact`, condition: 'contact.external_id = $3::text' },
  externalIds: {
    from: `unnest($3::text[]) AS wanted (id) CROSS JOIN LATERAL ${withExternalId('wanted.id')} AS contact`,
    condition: 'contact.external_id = wanted.id',
  },
  handle: {
    from: `(SELECT contact_id, value FROM contact_handle
        WHERE workspace_id = $1 AND source = $4::handle_source AND value >= $3::text AND NOT is_private
        ORDER BY workspace_id, source, value LIMIT 1) AS held
      CROSS JOIN LATERAL ${withId('held.contact_id')} AS contact`,
    condition: 'held.value = $3::text AND contact.id = held.contact_id',
  },
}

const statements = new KeptStatements<ContactRow>()

function statementOf({ kind }: Source, parts: ContactParts) {
  const { from, condition } = sources[kind]
  const { select, joins, toContact } = columnsOf(parts)
  const text = `SELECT ${select} FROM ${from} ${joins}
    WHERE ${condition} AND contact.workspace_id = $1 AND ${visibleTo('$2::uuid')}`
  return { text, toRow: toContact }
}
