import type { Viewer } from '../auth/viewer.ts'
import { findPhoneRegion } from '../contacts/contact-handles.ts'
import { normaliseHandle } from '../contacts/handles.ts'
import { visibleTo } from '../contacts/visible-contacts.ts'
import type { Queryable } from '../database/database.ts'
import { cutText, dropInvisible } from '../records/text-rules.ts'
import { SqlWriter } from './sql-writer.ts'
import { findBeginnings, type Typed } from './suggest-beginnings.ts'
import { likePattern } from './value-filters.ts'

/** Longer texts are cut. No name is longer. */
const maxQueryLength = 100
/** Shorter texts occur within too many names and addresses to be useful, so they only match at the start. */
const minInnerLength = 3
/** Number of names, and of handles of each source, that tell whether a text is common. */
const sampledRows = 100
/** Number of names, and of handles of each source, among which a common text is searched before the whole index. */
const triedRows = 1_000

/**
 * Returns the ids of contacts that match what a person typed, best matches first (B4): contacts with exactly this handle;
 * contacts whose name starts with the text; contacts with a word in their name, or a handle, that starts with it; and
 * contacts whose name or handle contains it. Each step runs only if the previous ones found too few.
 *
 * A trigram index finds rare texts at once, but reads all entries of a common one before it returns the first. So a text
 * that occurs in a small sample is first searched among a thousand names and handles, where a common text occurs often
 * enough.
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
  const find = (step: Step, found: readonly string[]) =>
    findMatches(queryable, viewer, typed, step, first + found.length)

  let found = await findBeginnings(queryable, viewer, typed, first)
  if (found.length >= first) return found
  const isLong = text.length >= minInnerLength
  if (!isLong || !(await isCommon(queryable, viewer, typed))) {
    const rest = await find(isLong ? innerBeginningsAndInner : innerBeginnings, found)
    return together(found, rest.flat()).slice(0, first)
  }
  const [ofWords = [], ...inside] = await find(tried, found)
  found = together(found, ofWords)
  if (found.length < first) found = together(found, (await find(innerBeginnings, found)).flat())
  if (found.length < first) found = together(found, inside.flat())
  if (found.length < first) found = together(found, (await find(inner, found)).flat())
  return found.slice(0, first)
}

const together = (some: readonly string[], more: readonly string[]) => [...new Set([...some, ...more])]

/** True if the text occurs in a small sample of names and handles. */
async function isCommon(queryable: Queryable, { workspaceId }: Viewer, { text, address, digits }: Typed) {
  const handles = (source: 'EMAIL' | 'PHONE') => `SELECT value FROM contact_handle
    WHERE workspace_id = $1 AND source = '${source}' AND NOT is_private ORDER BY value LIMIT ${sampledRows}`
  const { rows } = await queryable.query({
    text: `SELECT FROM (
        (SELECT name AS value FROM contact WHERE workspace_id = $1 ORDER BY workspace_id, id LIMIT ${sampledRows})
        UNION ALL (${handles('EMAIL')}) UNION ALL (${handles('PHONE')})
      ) AS sampled WHERE lower(value) LIKE ANY ($2) LIMIT 1`,
    values: [workspaceId, [text, address, digits ?? text].map((part) => `%${likePattern(part).toLowerCase()}%`)],
  })
  return rows.length > 0
}

/** Runs a step. Returns the ids by kind of match. */
async function findMatches(
  queryable: Queryable,
  viewer: Viewer,
  typed: Typed,
  step: Step,
  limit: number,
): Promise<string[][]> {
  const writer = new SqlWriter()
  const kinds = step(writer, viewer, typed, limit)
  const ranked = kinds.map((kind, rank) => `(SELECT ${rank} AS rank, * FROM (${kind}) AS kind)`)
  const { rows } = await queryable.query<{ rank: number; id: string }>({
    text: `SELECT rank, id FROM (${ranked.join(' UNION ALL ')}) AS found ORDER BY rank, name COLLATE "C", id`,
    values: writer.values,
  })
  return kinds.map((_, rank) => rows.filter((row) => row.rank === rank).map(({ id }) => id))
}

/** Writes one SELECT for each kind of match, best first. */
type Step = (writer: SqlWriter, viewer: Viewer, typed: Typed, limit: number) => string[]

async function read(queryable: Queryable, workspaceId: string, text: string, address: string): Promise<Typed> {
  const looksLikeNumber = /^\+?[\d\s()./-]{3,}$/.test(address)
  const digits = looksLikeNumber ? address.replace(/\D/g, '') : ''
  // A number with an extension or a word is not recognised as a number. A text without a digit is never one.
  const region = /\d/.test(address) ? await findPhoneRegion(queryable, workspaceId) : null
  const phone = region && normaliseHandle('PHONE', address, region)
  const email = normaliseHandle('EMAIL', address, '')
  return { text, address, digits: digits.length >= minInnerLength ? digits : null, email, phone }
}

/** The indexes on handles start with the source. */
const anySource = `source = ANY ('{EMAIL,PHONE}')`

const innerBeginningsAndInner: Step = (...given) => [...innerBeginnings(...given), ...inner(...given)]

function innerBeginnings(writer: SqlWriter, viewer: Viewer, { text, address }: Typed, limit: number): string[] {
  const ofAddress = `${likePattern(address)}%`
  return [
    `${ofNames(writer, viewer, `search_text(name) LIKE ${named(writer, '% ', text)}`)} LIMIT ${writer.value(limit)}`,
    ofHandles(
      writer,
      viewer,
      `${anySource} AND value LIKE lower(${writer.value(ofAddress)}) AND NOT is_private`,
      limit,
    ),
    ofHandles(writer, viewer, `${anySource} AND value LIKE lower(${writer.value(ofAddress)}) AND is_private`, limit),
  ]
}

/**
 * Words of names that start with the text, then handles that contain its digits, then names and handles that contain it,
 * among the oldest contacts and the first handles. Accents count here, because a thousand calls of search_text() would take
 * longer than all the rest.
 */
function tried(writer: SqlWriter, viewer: Viewer, { text, address, digits }: Typed, limit: number): string[] {
  const workspace = writer.value(viewer.workspaceId)
  const names = `SELECT id, name, private_owner_id FROM contact
    WHERE workspace_id = ${workspace} ORDER BY workspace_id, id LIMIT ${triedRows}`
  const ofName = (
    before: '%' | '% ',
  ) => `SELECT contact.id, search_text(contact.name) AS name FROM (${names}) AS contact
    WHERE lower(contact.name) LIKE lower(${writer.value(`${before}${likePattern(text)}%`)}) AND ${visible(writer, viewer)}
    LIMIT ${writer.value(limit)}`
  const ofHandle = (source: 'EMAIL' | 'PHONE', part: string) => {
    const handles = `SELECT contact_id, value FROM contact_handle
      WHERE workspace_id = ${workspace} AND source = '${source}' AND NOT is_private ORDER BY value LIMIT ${triedRows}`
    const pattern = writer.value(`%${likePattern(part)}%`)
    return holders(
      writer,
      viewer,
      `SELECT contact_id FROM (${handles}) AS tried WHERE value LIKE lower(${pattern})`,
      limit,
    )
  }
  const numbers = digits === null ? [] : [ofHandle('PHONE', digits), ofHandle('EMAIL', digits)]
  return [ofName('% '), ...numbers, ofName('%'), ofHandle('EMAIL', address), ofHandle('PHONE', address)]
}

function inner(writer: SqlWriter, viewer: Viewer, { text, address, digits }: Typed, limit: number): string[] {
  const ofAddress = `%${likePattern(address)}%`
  const number =
    digits === null ? [] : [ofHandles(writer, viewer, `lower(value) LIKE ${writer.value(`%${digits}%`)}`, limit)]
  return [
    ...number,
    `${ofNames(writer, viewer, `search_text(name) LIKE ${named(writer, '%', text)}`)} LIMIT ${writer.value(limit)}`,
    ofHandles(writer, viewer, `lower(value) LIKE lower(${writer.value(ofAddress)})`, limit),
  ]
}

/** The pattern of names that have the text after `before`. Ignores case and accents, as the indexes of names do. */
const named = (writer: SqlWriter, before: '%' | '% ', text: string) =>
  `'${before}' || search_pattern(${writer.value(text.normalize('NFC'))}) || '%'`

const visible = (writer: SqlWriter, { userId }: Viewer) => visibleTo(writer.value(userId))

function ofNames(writer: SqlWriter, viewer: Viewer, condition: string): string {
  return `SELECT contact.id, search_text(contact.name) AS name FROM contact
    WHERE contact.workspace_id = ${writer.value(viewer.workspaceId)} AND ${condition} AND ${visible(writer, viewer)}`
}

function ofHandles(writer: SqlWriter, viewer: Viewer, condition: string, limit: number): string {
  const workspace = writer.value(viewer.workspaceId)
  const handles = `SELECT contact_id FROM contact_handle WHERE workspace_id = ${workspace} AND ${condition} OFFSET 0`
  return holders(writer, viewer, handles, limit)
}

/** The visible contacts that have these handles. */
function holders(writer: SqlWriter, viewer: Viewer, handles: string, limit: number): string {
  return `SELECT contact.id, search_text(contact.name) AS name
    FROM (${handles}) AS handle
    CROSS JOIN LATERAL (SELECT * FROM contact WHERE contact.id = handle.contact_id OFFSET 0) AS contact
    WHERE contact.workspace_id = ${writer.value(viewer.workspaceId)} AND ${visible(writer, viewer)}
    LIMIT ${writer.value(limit)}`
}
