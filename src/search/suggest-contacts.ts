import type { Viewer } from '../auth/viewer.ts'
import { findPhoneRegion } from '../contacts/contact-handles.ts'
import { normaliseHandle } from '../contacts/handles.ts'
import type { Queryable } from '../database/database.ts'
import { cutText, dropInvisible } from '../records/text-rules.ts'
import { SqlWriter } from './sql-writer.ts'
import { likePattern } from './value-filters.ts'

/** Longer texts are cut. No name is longer. */
const maxQueryLength = 100
/** Shorter texts occur within too many names and addresses to be useful, so they only match at the start. */
const minInnerLength = 3

interface Typed {
  readonly text: string
  /** The text without invisible characters, as it would occur in a handle. */
  readonly address: string
  /** The digits as they may be stored, if the text looks like part of a phone number. */
  readonly digits: string | null
  readonly handles: readonly string[]
}

/**
 * Returns the ids of contacts that match what a person typed, best matches first (B4): contacts with exactly this handle;
 * contacts whose name starts with the text; contacts with a word in their name, or a handle, that starts with it; and
 * contacts whose name or handle contains it.
 *
 * Each step runs only if the previous ones found too few, and none reads more rows than it can return, because an index
 * supports each of them.
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
  // A number with an extension or a word is not recognised as a number. A text without a digit is never one.
  const region = /\d/.test(address) ? await findPhoneRegion(queryable, workspaceId) : null
  const phone = region && normaliseHandle('PHONE', address, region)
  const handles = [normaliseHandle('EMAIL', address, ''), phone].filter((handle) => handle !== null)
  return { text, address, digits: digits.length >= minInnerLength ? digits : null, handles }
}

/** The indexes on handles start with the source. */
const anySource = `source = ANY ('{EMAIL,PHONE}')`

function beginnings(writer: SqlWriter, viewer: Viewer, { text, handles }: Typed, limit: number): string[] {
  const exact = writer.value(handles)
  return [
    ofHandles(writer, viewer, `${anySource} AND value = ANY (${exact}) AND NOT is_private`, limit),
    ofHandles(writer, viewer, `${anySource} AND value = ANY (${exact}) AND is_private`, limit),
    // Sorted by name, so that the first results are stable while the user types.
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
