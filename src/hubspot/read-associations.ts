import type { PartialAnswer } from './ask-for-all.ts'
import { HubSpotUnreadableError } from './errors.ts'
import type { HttpAnswer } from './http.ts'
import { parseJson, toId } from './parse-answer.ts'
import { readBatchErrors } from './read-batch-errors.ts'
import { readCursor } from './read-cursor.ts'

/** What one record is associated with, as far as one answer tells. */
export interface AssociationPiece {
  /** The record whose associations these are. */
  readonly hubspotId: bigint
  readonly to: readonly Association[]
  /** Where the rest begins; null where this is all. */
  readonly next: string | null
  /** Why they could not be read; `to` then says nothing. */
  readonly unreadable?: string
}

export interface Association {
  readonly id: bigint
  /** The other end is the contact's primary company, seen from the contact. */
  readonly isPrimaryCompany: boolean
}

export interface AssociationsAnswer extends PartialAnswer<AssociationPiece> {
  /** HubSpot says of a record by name that it has no associations: silence about others is no such word. */
  readonly namesAbsent: boolean
  readonly unnamedAbsences: number
}

/** HubSpot's own number of the type "primary company", as a contact's associations carry it. */
const primaryCompanyTypeId = 1

/**
 * Reads the answer of a batch/read of associations. By hand, like records: it runs for every contact of every company.
 *
 * A record without associations is an error with category OBJECT_NOT_FOUND there (status 207), and `absent` here. One that
 * HubSpot failed on is unreadable, since taking it for a lonely one would be wrong. Throws HubSpotUnreadableError where
 * there is no list of results.
 */
export function readAssociations(answer: HttpAnswer): AssociationsAnswer {
  const body = parseJson(answer) as { readonly results?: unknown; readonly errors?: unknown } | null
  if (!Array.isArray(body?.results)) {
    throw new HubSpotUnreadableError("HubSpot's answer about associations has no list of results.")
  }
  const pieces = new Map<bigint, AssociationPiece>()
  for (const result of body.results as (Result | null)[]) {
    // Without its id it is nobody's, and whoever it is about has no answer yet.
    const id = toId(result?.from?.id)
    if (id === null) continue
    const piece = readPiece(id, result)
    const other = pieces.get(id)
    pieces.set(id, other === undefined || isSame(other, piece) ? piece : twice(id))
  }
  const { absent, failed, fault, unnamedAbsences } = readBatchErrors(body.errors)
  for (const [id, reason] of failed) if (!pieces.has(id)) pieces.set(id, unreadable(id, reason))
  return { found: [...pieces.values()], absent, fault, unnamedAbsences, namesAbsent: absent.size > 0 }
}

interface Result {
  readonly from?: { readonly id?: unknown } | null
  readonly to?: unknown
  readonly paging?: unknown
}

function readPiece(id: bigint, result: Result | null): AssociationPiece {
  if (!Array.isArray(result?.to)) return unreadable(id, 'HubSpot does not say what the record is associated with.')
  const cursor = readCursor(result.paging)
  if ('odd' in cursor)
    return unreadable(id, `HubSpot does not say where the record's other associations are: ${cursor.odd}.`)
  // One record may be named several times, once for each of its labels.
  const to = new Map<bigint, Association>()
  let areTypesKnown = true
  for (const entry of result.to as (Entry | null)[]) {
    const otherId = toId(entry?.toObjectId)
    if (otherId === null) return unreadable(id, 'HubSpot returns an associated record without an id.')
    const isPrimary = hasPrimaryType(entry?.associationTypes)
    if (isPrimary === null) areTypesKnown = false
    to.set(otherId, { id: otherId, isPrimaryCompany: to.get(otherId)?.isPrimaryCompany === true || isPrimary === true })
  }
  // Which of them is the primary one matters only among several.
  if (!areTypesKnown && (to.size > 1 || cursor.next !== null)) {
    return unreadable(id, "HubSpot does not say what type the record's associations have.")
  }
  return { hubspotId: id, to: [...to.values()], next: cursor.next }
}

interface Entry {
  readonly toObjectId?: unknown
  readonly associationTypes?: unknown
}

/** Null where that cannot be told. */
function hasPrimaryType(types: unknown): boolean | null {
  if (!Array.isArray(types)) return null
  let isPrimary = false
  for (const type of types) {
    if (typeof type?.category !== 'string' || toId(type.typeId) === null) return null
    if (type.category === 'HUBSPOT_DEFINED' && Number(type.typeId) === primaryCompanyTypeId) isPrimary = true
  }
  return isPrimary
}

function isSame(a: AssociationPiece, b: AssociationPiece): boolean {
  const told = ({ to, next }: AssociationPiece) =>
    `${next} ${to.map(({ id, isPrimaryCompany }) => `${id}${isPrimaryCompany}`).join()}`
  return a.unreadable === undefined && b.unreadable === undefined && told(a) === told(b)
}

const twice = (id: bigint) => unreadable(id, "HubSpot contradicts itself about the record's associations.")

export const unreadable = (hubspotId: bigint, reason: string): AssociationPiece => ({
  hubspotId,
  to: [],
  next: null,
  unreadable: reason,
})
