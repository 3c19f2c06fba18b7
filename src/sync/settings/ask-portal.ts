import {
  HubSpotMissingScopesError,
  HubSpotRateLimitedError,
  HubSpotUnauthorisedError,
  HubSpotUnavailableError as HubSpotUnavailable,
  HubSpotUnreadableError,
} from '../../hubspot/errors.ts'
import type { HubSpotPortal } from '../../hubspot/portal.ts'
import { HubSpotUnavailableError, NotConnectedError } from '../../user-errors.ts'
import type { SyncContext } from '../sync-context.ts'

/**
 * Reads from the workspace's HubSpot portal for a person who is waiting for the answer. Throws NotConnectedError (B15,
 * B17, B18) and HubSpotUnavailableError instead of HubSpot's own errors.
 */
export async function askPortal<T>(
  context: Pick<SyncContext, 'openPortal'>,
  workspaceId: string,
  ask: (portal: HubSpotPortal) => Promise<T>,
): Promise<T> {
  try {
    return await ask(await context.openPortal(workspaceId))
  } catch (error) {
    throw toUserError(error)
  }
}

function toUserError(error: unknown): unknown {
  if (error instanceof HubSpotUnauthorisedError) {
    return new NotConnectedError('HubSpot rejects the stored log-in. Log in to HubSpot again.', { cause: error })
  }
  if (error instanceof HubSpotMissingScopesError) return new NotConnectedError(error.message, { cause: error })
  if (error instanceof HubSpotRateLimitedError) return new HubSpotUnavailableError(error.message, { cause: error })
  if (error instanceof HubSpotUnavailable || error instanceof HubSpotUnreadableError) {
    return new HubSpotUnavailableError('HubSpot does not answer as expected. Try again later.', { cause: error })
  }
  return error
}
