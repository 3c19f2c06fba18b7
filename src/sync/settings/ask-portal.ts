import {
  HubSpotBusyError,
  HubSpotMissingScopesError,
  HubSpotRateLimitedError,
  HubSpotRejectedError,
  HubSpotUnauthorisedError,
  HubSpotUnavailableError as HubSpotUnavailable,
  HubSpotUnreadableError,
} from '../../hubspot/errors.ts'
import type { HubSpotPortal } from '../../hubspot/portal.ts'
import { BusyError, HubSpotUnavailableError, NotConnectedError } from '../../user-errors.ts'
import type { SyncContext } from '../sync-context.ts'

/**
 * Reads from the workspace's HubSpot portal for a person who is waiting for the answer: within the share of calls for
 * requests, and with a limit on waiting. Throws NotConnectedError (B15, B17, B18), BusyError if the limit is reached, and
 * HubSpotUnavailableError instead of HubSpot's other errors.
 */
export async function askPortal<T>(
  context: Pick<SyncContext, 'openPortal'>,
  workspaceId: string,
  ask: (portal: HubSpotPortal) => Promise<T>,
): Promise<T> {
  try {
    return await ask(await context.openPortal(workspaceId, 'request'))
  } catch (error) {
    throw toUserError(error)
  }
}

function toUserError(error: unknown): unknown {
  if (error instanceof HubSpotUnauthorisedError) {
    return new NotConnectedError('HubSpot rejects the stored log-in. Log in to HubSpot again with connectHubSpot.', {
      cause: error,
    })
  }
  if (error instanceof HubSpotMissingScopesError) return new NotConnectedError(error.message, { cause: error })
  if (error instanceof HubSpotBusyError || error instanceof HubSpotRateLimitedError) {
    const details = { cause: error, retryAfterSeconds: Math.max(1, Math.ceil(error.retryAfterMs / 1000)) }
    return error instanceof HubSpotBusyError
      ? new BusyError(error.message, details)
      : new HubSpotUnavailableError(error.message, details)
  }
  if (
    error instanceof HubSpotUnavailable ||
    error instanceof HubSpotUnreadableError ||
    error instanceof HubSpotRejectedError
  ) {
    return new HubSpotUnavailableError('HubSpot does not answer as expected. Try again later.', { cause: error })
  }
  return error
}
