import type { Viewer } from '../auth/viewer.ts'
import { findPhoneRegion } from '../contacts/contact-handles.ts'
import { normaliseEmail, normalisePhone } from '../contacts/handles.ts'
import type { Queryable } from '../database/database.ts'
import { SqlWriter } from './sql-writer.ts'
import { likePattern } from './value-filters.ts'

/** What is longer is nobody's name; it is cut. */
const maxQueryLength = 100
/** Shorter texts stand inside too many names and addresses to help anybody; they suggest beginnings alone. */
const minInnerLength = 3

interface Typed {
  readonly text: string
  /** A number as it may be stored, where the text looks like part of one. */
  readonly digits: string | null
  readonly handles: readonly string[]
}

/**
 * Ids of the contacts that a person may mean who typed this, best first (B4): those with that very handle; those whose
 * name begins so; one of whose names, or whose handle, begins so; and those in whose name or handle it stands.
 *
 * Each kind is asked for only where those before it were not enough, and none reads more than it can give: an index leads
 * to each of them.
 */
export async function suggestContacts(
  queryable: Queryable,
  viewer: Viewer,
  query: string,
  first: number,
): Promise<string[]> {
  const text = query.replaceAll('\0', '').toWellFormed().trim().replace(/\s+/g, ' ').slice(0, maxQueryLength)
  if (text === '' || first === 0) return []
  const typed = await read(queryable, viewer.workspaceId, text)
  const found = new Set<string>()
  for (const step of text.length < minInnerLength
    ? [beginnings, innerBeginnings]
    : [beginnings, innerBeginnings, inner]) {
    const writer = new SqlWriter()
    const kinds = step(writer, viewer, typed, first + found.size)
    const { rows } = await queryable.query<{ id: string }>({
      text: `SELECT id FROM (${kinds.map((kind, rank) => `(SELECT ${rank} AS rank, * FROM (${kind}) AS kind)`).join(' UNION ALL ')}) AS found
        ORDER BY rank, name COLLATE "C", id`,
      values: writer.values,
    })
    for (const { id } of rows) found.add(id)
    if (found.size >= first) break
  }
  return [...found].slice(0, first)
}

async function read(queryable: Queryable, workspaceId: string, text: string): Promise<Typed> {
  const looksLikeNumber = /^\+?[\d\s()./-]{3,}$/.test(text)
  const digits = looksLikeNumber ? text.replace(/\D/g, '') : ''
  const phone = looksLikeNumber ? normalisePhone(text, await findPhoneRegion(queryable, workspaceId)) : null
  const handles = [normaliseEmail(text), phone].filter((handle) => handle !== null)
  return { text, digits: digits.length >= minInnerLength ? digits : null, handles }
}

/** The indexes of handles begin with it. */
const anySource = `source = ANY ('{EMAIL,PHONE}')`

function beginnings(writer: SqlWriter, viewer: Viewer, { text, handles }: Typed, limit: number): string[] {
  const exact = writer.value(handles)
  return [
    ofHandles(writer, viewer, `${anySource} AND value = ANY (${exact}) AND NOT is_private`, limit),
    ofHandles(writer, viewer, `${anySource} AND value = ANY (${exact}) AND is_private`, limit),
    // In the order of names, so that the first ones are the same from one keystroke to the next.
    `${ofNames(writer, viewer, `lower(name) COLLATE "C" LIKE lower(${writer.value(`${likePattern(text)}%`)})`)}
     ORDER BY contact.workspace_id, lower(name) COLLATE "C", id LIMIT ${writer.value(limit)}`,
  ]
}

function innerBeginnings(writer: SqlWriter, viewer: Viewer, { text }: Typed, limit: number): string[] {
  const pattern = `${likePattern(text)}%`
  return [
    `${ofNames(writer, viewer, `lower(name) LIKE lower(${writer.value(`% ${pattern}`)})`)} LIMIT ${writer.value(limit)}`,
    ofHandles(writer, viewer, `${anySource} AND value LIKE lower(${writer.value(pattern)}) AND NOT is_private`, limit),
    ofHandles(writer, viewer, `${anySource} AND value LIKE lower(${writer.value(pattern)}) AND is_private`, limit),
  ]
}

function inner(writer: SqlWriter, viewer: Viewer, { text, digits }: Typed, limit: number): string[] {
  const pattern = `%${likePattern(text)}%`
  const number =
    digits === null ? [] : [ofHandles(writer, viewer, `lower(value) LIKE ${writer.value(`%${digits}%`)}`, limit)]
  return [
    ...number,
    `${ofNames(writer, viewer, `lower(name) LIKE lower(${writer.value(pattern)})`)} LIMIT ${writer.value(limit)}`,
    ofHandles(writer, viewer, `lower(value) LIKE lower(${writer.value(pattern)})`, limit),
  ]
}

const visible = (writer: SqlWriter, { userId }: Viewer) =>
  `(contact.private_owner_id IS NULL OR contact.private_owner_id = ${writer.value(userId)})`

function ofNames(writer: SqlWriter, viewer: Viewer, condition: string): string {
  return `SELECT contact.id, lower(contact.name) AS name FROM contact
    WHERE contact.workspace_id = ${writer.value(viewer.workspaceId)} AND ${condition} AND ${visible(writer, viewer)}`
}

function ofHandles(writer: SqlWriter, viewer: Viewer, condition: string, limit: number): string {
  return `SELECT contact.id, lower(contact.name) AS name
    FROM (SELECT contact_id FROM contact_handle
          WHERE workspace_id = ${writer.value(viewer.workspaceId)} AND ${condition} OFFSET 0) AS handle
    CROSS JOIN LATERAL (SELECT * FROM contact WHERE contact.id = handle.contact_id OFFSET 0) AS contact
    WHERE ${visible(writer, viewer)} LIMIT ${writer.value(limit)}`
}
