import { UserError } from '../user-errors.ts'

/** The log-in cannot be finished: its link was used before, is too old, or was never issued. Start over. */
export class LoginExpiredError extends UserError {
  readonly code = 'LOGIN_EXPIRED'

  constructor() {
    super('This log-in to HubSpot has expired or was already used. Connect HubSpot again.')
  }
}

/** HubSpot did not accept a code that it had issued a moment ago, for example because the page was loaded twice. */
export class LoginRefusedError extends UserError {
  readonly code = 'LOGIN_REFUSED'

  constructor(options?: ErrorOptions) {
    super('HubSpot did not confirm the log-in. Connect HubSpot again.', options)
  }
}

/** The log-in did not grant everything that is needed; `scopes` contains the missing scopes (B18). */
export class ScopesMissingError extends UserError {
  readonly code = 'SCOPES_MISSING'
  readonly scopes: readonly string[]

  constructor(scopes: readonly string[]) {
    super(`HubSpot did not grant ${scopes.join(', ')}. Connect HubSpot again and grant every permission it asks for.`)
    this.scopes = scopes
  }
}

/**
 * Record ids mean something else in another portal, so another portal replaces the first only if the admin confirms it
 * (B18).
 */
export class OtherPortalError extends UserError {
  readonly code = 'OTHER_PORTAL'
  readonly connectedPortalId: bigint
  readonly offeredPortalId: bigint

  constructor(connectedPortalId: bigint, offeredPortalId: bigint) {
    super(
      `This workspace belongs to HubSpot portal ${connectedPortalId}, and the log-in was for portal ${offeredPortalId}. ` +
        'Log in to the first portal, or connect again and allow the change of portal.',
    )
    this.connectedPortalId = connectedPortalId
    this.offeredPortalId = offeredPortalId
  }
}
