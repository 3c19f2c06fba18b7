/** HubSpot could not be reached, or did not answer as it should. The class determines what to do next. */
export abstract class HubSpotError extends Error {}

/** HubSpot rejects the credentials: an admin has to log in again, and repeating cannot help (B17). */
export class HubSpotUnauthorisedError extends HubSpotError {
  override name = 'HubSpotUnauthorisedError'
}

/** The log-in did not grant what the call needs: log in again and grant one of `scopes` (B18). */
export class HubSpotMissingScopesError extends HubSpotError {
  override name = 'HubSpotMissingScopesError'
  readonly scopes: readonly string[]

  constructor(scopes: readonly string[]) {
    super(`HubSpot did not grant ${scopes.join(' or ') || 'a required scope'}. Log in to HubSpot again and grant it.`)
    this.scopes = scopes
  }
}

/** The portal's share of calls is used up: continue after `retryAfterMs`, which may be hours. */
export class HubSpotRateLimitedError extends HubSpotError {
  override name = 'HubSpotRateLimitedError'
  readonly retryAfterMs: number
  /**
   * HubSpot's name of the limit, for example DAILY; MIGRATION while HubSpot moves the portal to another data centre.
   */
  readonly policy: string

  constructor(retryAfterMs: number, policy: string) {
    super(
      `HubSpot does not accept calls at the moment (${policy}). Try again in ${Math.ceil(retryAfterMs / 1000)} seconds.`,
    )
    this.retryAfterMs = retryAfterMs
    this.policy = policy
  }
}

/** Too many calls wait for a portal's share, and none became free for this request in time. Try again after `retryAfterMs`. */
export class HubSpotBusyError extends HubSpotError {
  override name = 'HubSpotBusyError'
  readonly retryAfterMs: number

  constructor(retryAfterMs: number) {
    super(
      `Too many requests for this HubSpot portal are waiting. Try again in ${Math.ceil(retryAfterMs / 1000)} seconds.`,
    )
    this.retryAfterMs = retryAfterMs
  }
}

/** HubSpot does not answer, or fails, after several attempts: continue later. */
export class HubSpotUnavailableError extends HubSpotError {
  override name = 'HubSpotUnavailableError'
}

/** HubSpot says that the call itself is wrong: repeating the same call cannot help. */
export class HubSpotRejectedError extends HubSpotError {
  override name = 'HubSpotRejectedError'
  readonly status: number
  /** HubSpot's own code of the mistake, for example VALIDATION_ERROR or invalid_grant. */
  readonly category: string | null
  /** True if the answer came from HubSpot and not from something in front of it. */
  readonly isHubSpots: boolean

  constructor(message: string, status: number, category: string | null, isHubSpots = true) {
    super(message)
    this.status = status
    this.category = category
    this.isHubSpots = isHubSpots
  }
}

/** Something that the call names does not exist, or no longer exists; the message names it. */
export class HubSpotNotFoundError extends HubSpotRejectedError {
  override name = 'HubSpotNotFoundError'
}

/** HubSpot does not have such a contact list, or no longer has it: choose another one. */
export class HubSpotListNotFoundError extends HubSpotNotFoundError {
  override name = 'HubSpotListNotFoundError'

  constructor(listId: string, cause: HubSpotNotFoundError) {
    super(`HubSpot list ${listId} no longer exists. Choose another list.`, cause.status, cause.category)
    this.cause = cause
  }
}

/** The answer is not as HubSpot documents it; the message names the call and what was unexpected. */
export class HubSpotUnreadableError extends HubSpotError {
  override name = 'HubSpotUnreadableError'
}
