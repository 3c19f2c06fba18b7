import type { Viewer } from '../auth/viewer.ts'
import { findPhoneRegion } from '../contacts/contact-handles.ts'
import { normaliseHandle } from '../contacts/handles.ts'
import { visibleTo } from '../contacts/visible-contacts.ts'
import type { Queryable } from '../database/database.ts'
import { cutText, dropInvisible } from '../records/text-rules.ts'
import { SqlWriter } from './sql-writer.ts'
import { likePattern } from './value-filters.ts'

/** What is longer is nobody's name; it is cut. */
const maxQueryLength = 100
/** Shorter texts stand inside too many names and addresses to help anybody; they suggest beginnings alone. */
const minInnerLength = 3

interface Typed {
  readonly text: string
  /** The same as a handle may hold it: without what is invisible. */
  readonly address: string
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
  const wellFormed = cutText(query.replaceAll('\0', '').toWellFormed().trim(), maxQueryLength)
  const [text, address] = [wellFormed, dropInvisible(wellFormed)].map((typed) => typed.replace(/\s+/g, ' ').trim())
  if (!text || !address || first === 0) return []
  const typed = await read(queryable, viewer.workspaceId, text, address)
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

async function read(queryable: Queryable, workspaceId: string, text: string, address: string): Promise<Typed> {
  const looksLikeNumber = /^\+?[\d\s()./-]{3,}$/.test(address)
  const digits = looksLikeNumber ? address.replace(/\D/g, '') : ''
  // A number with an extension or a word does not look like one; without a digit, nothing is one.
  const region = /\d/.test(address) ? await findPhoneRegion(queryable, workspaceId) : null
  const phone = region && normaliseHandle('PHONE', address, region)
  const handles = [normaliseHandle('EMAIL', address, ''), phone].filter((handle) => handle !== null)
  return { text, address, digits: digits.length >= minInnerLength ? digits : null, handles }
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

function innerBeginnings(writer: SqlWriter, viewer: Viewer, { text, address }: Typed, limit: number): string[] {
  const pattern = `${likePattern(text)}%`
  const ofAddress = `${likePattern(address)}%`
  return [
    `${ofNames(writer, viewer, `lower(name) LIKE lower(${writer.value(`% ${pattern}`)})`)} LIMIT ${writer.value(limit)}`,
    ofHandles(
      writer,
      viewer,
      `${anySource} AND value LIKE lower(${writer.value(ofAddress)}) AND NOT is_private`,
      limit,
    ),
    ofHandles(writer, viewer, `${anySource} AND value LIKE lower(${writer.value(ofAddress)}) AND is_private`, limit),
  ]
}

function inner(writer: SqlWriter, viewer: Viewer, { text, address, digits }: Typed, limit: number): string[] {
  const pattern = `%${likePattern(text)}%`
  const ofAddress = `%${likePattern(address)}%`
  const number =
    digits === null ? [] : [ofHandles(writer, viewer, `lower(value) LIKE ${writer.value(`%${digits}%`)}`, limit)]
  return [
    ...number,
    `${ofNames(writer, viewer, `lower(name) LIKE lower(${writer.value(pattern)})`)} LIMIT ${writer.value(limit)}`,
    ofHandles(writer, viewer, `lower(value) LIKE lower(${writer.value(ofAddress)})`, limit),
  ]
}

function ofNames(writer: SqlWriter, viewer: Viewer, condition: string): string {
  return `SELECT contact.id, lower(contact.name) AS name FROM contact
    WHERE contact.workspace_id = ${writer.value(viewer.workspaceId)} AND ${condition} AND ${visibleTo(writer.value(viewer.userId))}`
}

function ofHandles(writer: SqlWriter, viewer: Viewer, condition: string, limit: number): string {
  return `SELECT contact.id, lower(contact.name) AS name
    FROM (SELECT contact_id FROM contact_handle
          WHERE workspace_id = ${writer.value(viewer.workspaceId)} AND ${condition} OFFSET 0) AS handle
    CROSS JOIN LATERAL (SELECT * FROM contact WHERE contact.id = handle.contact_id OFFSET 0) AS contact
    WHERE ${visibleTo(writer.value(viewer.userId))} LIMIT ${writer.value(limit)}`
}
