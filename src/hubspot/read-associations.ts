import type { PartialAnswer } from './ask-for-all.ts'
import { HubSpotUnreadableError } from './errors.ts'
import type { HttpAnswer } from './http.ts'
import { parseJson, toId } from './parse-answer.ts'
import { readBatchErrors } from './read-batch-errors.ts'
import { readCursor } from './read-cursor.ts'

/** The associations of one record, as far as one answer contains them. */
export interface AssociationPiece {
  /** The record that has these associations. */
  readonly hubspotId: bigint
  readonly to: readonly Association[]
  /** Cursor of the rest; null if this is all. */
  readonly next: string | null
  /** Why they could not be read. `to` then means nothing. */
  readonly unreadable?: string
}

export interface Association {
  readonly id: bigint
  /** True if the other end is the primary company of the contact. */
  readonly isPrimaryCompany: boolean
}

export interface AssociationsAnswer extends PartialAnswer<AssociationPiece> {
  /** True if HubSpot reports records that have no associations. Silence about other records does not mean that. */
  readonly namesAbsent: boolean
  readonly unnamedAbsences: number
}

/** HubSpot's number of the type "primary company" in a contact's associations. */
const primaryCompanyTypeId = 1

/**
 * Reads the answer of a batch/read of associations. By hand, like records: it runs for every contact of every company.
 *
 * A record without associations is an error with category OBJECT_NOT_FOUND in the answer (status 207), and in `absent`
 * here. A record that HubSpot failed on is unreadable, since it must not be taken for one without associations. Throws
 * HubSpotUnreadableError if there is no list of results.
 */
export function readAssociations(answer: HttpAnswer): AssociationsAnswer {
  const body = parseJson(answer) as { readonly results?: unknown; readonly errors?: unknown } | null
  if (!Array.isArray(body?.results)) {
    throw new HubSpotUnreadableError("HubSpot's answer about associations has no list of results.")
  }
  const pieces = new Map<bigint, AssociationPiece>()
  for (const result of body.results as (Result | null)[]) {
    // A result without an id belongs to no record, so its record has no answer yet.
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
  // One record may be listed several times, once for each of its labels.
  const to = new Map<bigint, Association>()
  let areTypesKnown = true
  for (const entry of result.to as (Entry | null)[]) {
    const otherId = toId(entry?.toObjectId)
    if (otherId === null) return unreadable(id, 'HubSpot returns an associated record without an id.')
    const isPrimary = hasPrimaryType(entry?.associationTypes)
    if (isPrimary === null) areTypesKnown = false
    to.set(otherId, { id: otherId, isPrimaryCompany: to.get(otherId)?.isPrimaryCompany === true || isPrimary === true })
  }
  // The primary one matters only if there are several.
  if (!areTypesKnown && (to.size > 1 || cursor.next !== null)) {
    return unreadable(id, "HubSpot does not say what type the record's associations have.")
  }
  return { hubspotId: id, to: [...to.values()], next: cursor.next }
}

interface Entry {
  readonly toObjectId?: unknown
  readonly associationTypes?: unknown
}

/** Null if unknown. */
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
