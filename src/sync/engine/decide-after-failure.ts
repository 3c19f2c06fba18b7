import type { SyncErrorType } from '../../generated/prisma/enums.ts'
import {
  HubSpotListNotFoundError,
  HubSpotMissingScopesError,
  HubSpotRateLimitedError,
  HubSpotRejectedError,
  HubSpotUnauthorisedError,
  HubSpotUnavailableError,
  HubSpotUnreadableError,
} from '../../hubspot/errors.ts'
import { NotConnectedError } from '../../user-errors.ts'
import { ListNotFoundError } from '../reading/contacts-part.ts'
import { ManyDeparturesError } from '../writing/settle-departures.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** How long a run waits for a HubSpot that does not answer before it fails. */
const silencePatienceMs = 6 * HOUR
/** How long HubSpot's answers may be unreadable. A proxy may briefly answer in its place, but not for long. */
const unreadablePatienceMs = 2 * MINUTE
const shortestWaitMs = 5 * SECOND
const longestWaitMs = 5 * MINUTE

/** What to do with a run whose turn ended in an error. */
export type Decision =
  /** An admin has to decide. */
  | { readonly kind: 'hold'; readonly reason: string }
  /** The run continues by itself after `waitMs`. */
  | { readonly kind: 'wait'; readonly waitMs: number; readonly reason: string; readonly isSilent: boolean }
  | { readonly kind: 'fail'; readonly type: SyncErrorType; readonly message: string }
  /** The error is unknown: the job fails, and the run is taken up again. */
  | { readonly kind: 'repeat' }

/**
 * Decides what to do with a run whose turn ended in `error`: whether waiting can help, and how long. `silentForMs` is
 * the time for which HubSpot has not answered the run.
 */
export function decideAfterFailure(error: unknown, silentForMs: number): Decision {
  if (error instanceof ManyDeparturesError) return { kind: 'hold', reason: error.message }
  if (
    error instanceof HubSpotUnauthorisedError ||
    error instanceof HubSpotMissingScopesError ||
    error instanceof NotConnectedError
  ) {
    return { kind: 'fail', type: 'AUTHORIZATION', message: error.message }
  }
  if (error instanceof HubSpotRateLimitedError) {
    // The time is `resumeAt` of the run.
    const reason = `HubSpot does not accept calls at the moment (${error.policy}). The run continues by itself when it does.`
    return { kind: 'wait', waitMs: Math.max(error.retryAfterMs, SECOND), reason, isSilent: false }
  }
  if (error instanceof HubSpotUnavailableError) return waitInSilence(error.message, silentForMs, silencePatienceMs)
  if (error instanceof HubSpotUnreadableError) return waitInSilence(error.message, silentForMs, unreadablePatienceMs)
  // The list can be deleted while the run reads it. A 404 for anything else says nothing about the list.
  if (error instanceof ListNotFoundError || error instanceof HubSpotListNotFoundError) {
    return { kind: 'fail', type: 'HUBSPOT_LIST_NOT_FOUND', message: error.message }
  }
  if (error instanceof HubSpotRejectedError) return { kind: 'fail', type: 'UNEXPECTED', message: error.message }
  return { kind: 'repeat' }
}

/**
 * The longer HubSpot has been silent, the longer it waits. An outage then costs few calls, and its end is noticed soon.
 */
function waitInSilence(message: string, silentForMs: number, patienceMs: number): Decision {
  if (silentForMs >= patienceMs) return { kind: 'fail', type: 'HUBSPOT_UNAVAILABLE', message }
  const waitMs = Math.min(Math.max(silentForMs / 2, shortestWaitMs), longestWaitMs)
  return {
    kind: 'wait',
    waitMs,
    reason: `${message} The run continues by itself when HubSpot answers.`,
    isSilent: true,
  }
}
