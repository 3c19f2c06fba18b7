import { InvalidInputError } from '../user-errors.ts'

/**
 * A place in the order of a workspace's changes: microseconds since 1970, and the id of the contact that changed then.
 * Changes come into that order as they are committed, so nothing can appear before a place that was reached (B6).
 */
export interface ChangePosition {
  readonly at: bigint
  readonly id: string
}

export function isAfter(one: ChangePosition, other: ChangePosition): boolean {
  return one.at > other.at || (one.at === other.at && one.id > other.id)
}

/** Deletions are told for so long; who was away longer has to read anew. */
export const deletionsKeptDays = 7

const pattern = /^(\d{1,18}):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

export function encodePosition({ at, id }: ChangePosition): string {
  return Buffer.from(`${at}:${id}`).toString('base64url')
}

/** Throws InvalidInputError for what is no cursor of contactChanged, and for one older than deletions are kept. */
export function decodePosition(cursor: string, now: Date): ChangePosition {
  const [, at, id] = pattern.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (at === undefined || id === undefined) {
    throw new InvalidInputError([{ path: ['after'], message: `"${cursor}" is not a cursor of contactChanged.` }])
  }
  const oldest = BigInt(now.getTime() - deletionsKeptDays * 86_400_000) * 1000n
  if (BigInt(at) >= oldest) return { at: BigInt(at), id }
  const message = `The cursor is older than ${deletionsKeptDays} days: read the contacts anew and subscribe without it.`
  throw new InvalidInputError([{ path: ['after'], message }])
}
