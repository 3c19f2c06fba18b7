import { quoted } from '../records/text-rules.ts'
import { InvalidInputError } from '../user-errors.ts'

/**
 * A position in the order of a workspace's changes: microseconds since 1970, and the id of the contact that changed
 * then. Changes enter that order as they are committed, so nothing can appear before a position that was reached (B6).
 */
export interface ChangePosition {
  readonly at: bigint
  readonly id: string
}

export function isAfter(one: ChangePosition, other: ChangePosition): boolean {
  return one.at > other.at || (one.at === other.at && one.id > other.id)
}

/** How long deletions are reported. A client that was away for longer has to read everything again. */
export const deletionsKeptDays = 7

const pattern = /^(\d{1,18}):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

export function encodePosition({ at, id }: ChangePosition): string {
  return Buffer.from(`${at}:${id}`).toString('base64url')
}

/**
 * Throws InvalidInputError for a text that is not a cursor of contactChanged, and for a cursor from before the oldest
 * kept deletion.
 */
export function decodePosition(cursor: string, now: Date): ChangePosition {
  const [, at, id] = pattern.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (at === undefined || id === undefined) {
    throw new InvalidInputError([{ path: ['after'], message: `${quoted(cursor)} is not a cursor of contactChanged.` }])
  }
  const oldest = BigInt(now.getTime() - deletionsKeptDays * 86_400_000) * 1000n
  if (BigInt(at) >= oldest) return { at: BigInt(at), id }
  const message = `The cursor is older than ${deletionsKeptDays} days: read the contacts again and subscribe without a cursor.`
  throw new InvalidInputError([{ path: ['after'], message }])
}
