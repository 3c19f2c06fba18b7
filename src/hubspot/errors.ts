/** HubSpot could not be asked, or did not answer as it should. The class says what to do next. */
export abstract class HubSpotError extends Error {}

/** HubSpot refuses the credentials: somebody must log in again; repeating cannot help (B17). */
export class HubSpotUnauthorisedError extends HubSpotError {
  override name = 'HubSpotUnauthorisedError'
}

/** The log-in did not grant what the call needs: log in again and grant `scopes`, any one of which suffices (B18). */
export class HubSpotMissingScopesError extends HubSpotError {
  override name = 'HubSpotMissingScopesError'
  readonly scopes: readonly string[]

  constructor(scopes: readonly string[]) {
    super(
      `HubSpot did not grant ${scopes.join(' or ') || 'a scope that is needed'}. Log in to HubSpot again and grant it.`,
    )
    this.scopes = scopes
  }
}

/** The portal has had its share of calls: go on after `retryAfterMs`, which may be hours. */
export class HubSpotRateLimitedError extends HubSpotError {
  override name = 'HubSpotRateLimitedError'
  readonly retryAfterMs: number
  /** HubSpot's name of the limit, e.g. DAILY; MIGRATION while it moves the portal to another data centre. */
  readonly policy: string

  constructor(retryAfterMs: number, policy: string) {
    super(`HubSpot takes no calls for now (${policy}). Try again in ${Math.ceil(retryAfterMs / 1000)} seconds.`)
    this.retryAfterMs = retryAfterMs
    this.policy = policy
  }
}

/** Too many calls wait for a portal's share: none came free for this request in time. Ask again after `retryAfterMs`. */
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

/** HubSpot does not answer, or fails by itself, after several attempts: go on later. */
export class HubSpotUnavailableError extends HubSpotError {
  override name = 'HubSpotUnavailableError'
}

/** HubSpot says that the call itself is wrong: repeating the same call cannot help. */
export class HubSpotRejectedError extends HubSpotError {
  override name = 'HubSpotRejectedError'
  readonly status: number
  /** HubSpot's own code of the mistake, e.g. VALIDATION_ERROR or invalid_grant. */
  readonly category: string | null
  /** Said by HubSpot, and not by something in front of it. */
  readonly isHubSpots: boolean

  constructor(message: string, status: number, category: string | null, isHubSpots = true) {
    super(message)
    this.status = status
    this.category = category
    this.isHubSpots = isHubSpots
  }
}

/** What the call names does not exist, or no longer does; the message says what. */
export class HubSpotNotFoundError extends HubSpotRejectedError {
  override name = 'HubSpotNotFoundError'
}

/** HubSpot has no such list of contacts, or no longer has it: choose another one. */
export class HubSpotListNotFoundError extends HubSpotNotFoundError {
  override name = 'HubSpotListNotFoundError'

  constructor(listId: string, cause: HubSpotNotFoundError) {
    super(`HubSpot list ${listId} no longer exists. Choose another list.`, cause.status, cause.category)
    this.cause = cause
  }
}

/** The answer is not as HubSpot documents it; the message names the call and what was odd. */
export class HubSpotUnreadableError extends HubSpotError {
  override name = 'HubSpotUnreadableError'
}
