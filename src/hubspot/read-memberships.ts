import type { PartialAnswer } from './ask-for-all.ts'
import { HubSpotUnreadableError } from './errors.ts'
import type { HttpAnswer } from './http.ts'
import { parseJson } from './parse-answer.ts'
import { readBatchErrors } from './read-batch-errors.ts'
import { recordMembershipSchema } from './shapes.ts'

/** The lists that one record is in. */
export interface RecordMemberships {
  readonly hubspotId: bigint
  readonly listIds: readonly string[]
  /** Why they are unknown. */
  readonly unreadable?: string
}

/**
 * Reads the lists of several records. A record whose part of the answer cannot be understood has no answer yet. Throws
 * HubSpotUnreadableError if there is no list of results.
 */
export function readMemberships(answer: HttpAnswer): PartialAnswer<RecordMemberships> {
  const body = parseJson(answer) as { readonly results?: unknown; readonly errors?: unknown } | null
  if (!Array.isArray(body?.results)) {
    throw new HubSpotUnreadableError("HubSpot's answer about memberships has no list of results.")
  }
  const found = body.results.flatMap((result): RecordMemberships[] => {
    const read = recordMembershipSchema.safeParse(result)
    return read.success ? [read.data] : []
  })
  const { absent, failed, fault } = readBatchErrors(body.errors)
  const failures = [...failed].map(([hubspotId, unreadable]) => ({ hubspotId, listIds: [], unreadable }))
  return {
    found: [...found, ...failures.filter(({ hubspotId }) => !found.some((one) => one.hubspotId === hubspotId))],
    absent,
    fault,
  }
}
