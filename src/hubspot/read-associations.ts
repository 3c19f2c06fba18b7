import { HubSpotUnreadableError } from './errors.ts'
import type { HttpAnswer } from './http.ts'
import { parseJson, toId } from './parse-answer.ts'

/** What one record is associated with, as far as one answer tells. */
export interface AssociationPiece {
  readonly fromId: bigint
  readonly to: readonly Association[]
  /** Where the rest begins; null where this is all. */
  readonly next: string | null
}

export interface Association {
  readonly id: bigint
  /** The other end is the contact's primary company, seen from the contact. */
  readonly isPrimaryCompany: boolean
}

/** HubSpot's own number of the type "primary company", as a contact's associations carry it. */
const primaryCompanyTypeId = 1

/**
 * Reads the answer of a batch/read of associations. By hand, like records: it runs for every contact of every company.
 *
 * A record without associations is an error with category OBJECT_NOT_FOUND there (status 207), and simply absent here.
 * Throws HubSpotUnreadableError when another error is among them, since taking that record for a lonely one would be
 * wrong.
 */
export function readAssociations(answer: HttpAnswer): AssociationPiece[] {
  const body = parseJson(answer) as { readonly results?: unknown; readonly errors?: unknown } | null
  if (!Array.isArray(body?.results)) throw unreadable('has no results')
  for (const error of Array.isArray(body.errors) ? body.errors : []) {
    if (error?.category !== 'OBJECT_NOT_FOUND') throw unreadable(`fails on part: ${String(error?.message)}`)
  }
  return body.results.map(readPiece)
}

interface Result {
  readonly from?: { readonly id?: unknown }
  readonly to?: unknown
  readonly paging?: { readonly next?: { readonly after?: unknown } | null } | null
}

function readPiece(result: Result | null): AssociationPiece {
  const fromId = toId(result?.from?.id)
  if (fromId === null || !Array.isArray(result?.to)) throw unreadable('does not say of which record')
  // One record may be named several times, once for each of its labels.
  const to = new Map<bigint, Association>()
  for (const entry of result.to as ({ readonly toObjectId?: unknown; readonly associationTypes?: unknown } | null)[]) {
    const id = toId(entry?.toObjectId)
    if (id === null) throw unreadable('names a record without an id')
    const isPrimaryCompany = to.get(id)?.isPrimaryCompany === true || hasPrimaryType(entry?.associationTypes)
    to.set(id, { id, isPrimaryCompany })
  }
  const next = result.paging?.next?.after
  return { fromId, to: [...to.values()], next: typeof next === 'string' ? next : null }
}

function hasPrimaryType(types: unknown): boolean {
  if (!Array.isArray(types)) return false
  return types.some((type) => type?.category === 'HUBSPOT_DEFINED' && type.typeId === primaryCompanyTypeId)
}

const unreadable = (what: string) => new HubSpotUnreadableError(`HubSpot's answer about associations ${what}.`)
