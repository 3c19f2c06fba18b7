/**
 * An error that the caller can act on. The API returns these errors as data with their `code`. Any other error is
 * masked and logged.
 */
export abstract class UserError extends Error {
  abstract readonly code: string
}

/** The viewer's role, or the scopes of the viewer's token, do not allow it (B19). */
export class ForbiddenError extends UserError {
  readonly code = 'FORBIDDEN'
  /** The scope that the token lacks. Null if the role is the reason. */
  readonly missingScope: 'READ' | 'WRITE' | 'ADMIN' | null

  constructor(
    message: string,
    { missingScope = null }: { readonly missingScope?: 'READ' | 'WRITE' | 'ADMIN' | null } = {},
  ) {
    super(message)
    this.missingScope = missingScope
  }
}

/** The change would leave a workspace without an admin. */
export class LastAdminError extends UserError {
  readonly code = 'LAST_ADMIN'

  constructor(workspaceName: string) {
    super(`"${workspaceName}" would have no admin left. Make another person an admin first.`)
  }
}

/** The user has as many valid tokens in the workspace as are allowed. */
export class TokenLimitError extends UserError {
  readonly code = 'TOKEN_LIMIT'
  readonly limit: number

  constructor(limit: number) {
    super(`A user can have at most ${limit} valid API tokens in a workspace. Revoke one that is no longer used.`)
    this.limit = limit
  }
}

/** The workspace's plan does not include the feature (B21). */
export class PlanRequiredError extends UserError {
  readonly code = 'PLAN_REQUIRED'
  readonly requiredPlan: 'GROWTH' | 'SCALE' | 'PREMIER'

  constructor(requiredPlan: 'GROWTH' | 'SCALE' | 'PREMIER') {
    super(`The HubSpot sync requires the ${requiredPlan} plan or higher. Upgrade the workspace's plan to use it.`)
    this.requiredPlan = requiredPlan
  }
}

/** Another change, or too many callers, blocked the call for too long. The same call can succeed in a moment. */
export class BusyError extends UserError {
  readonly code = 'BUSY'
  readonly retryAfterSeconds: number

  constructor(
    message = 'Another change to this workspace is still being written. Try again in a few seconds.',
    { retryAfterSeconds = 5, ...options }: ErrorOptions & { readonly retryAfterSeconds?: number } = {},
  ) {
    super(message, options)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** One problem in the input. `path` leads to it from the input, for example ['mappings', '3', 'target']. */
export interface InputProblem {
  readonly path: readonly string[]
  readonly message: string
}

/** The input is well-formed GraphQL but not usable. Contains every problem. */
export class InvalidInputError extends UserError {
  readonly code = 'INVALID_INPUT'
  readonly problems: readonly InputProblem[]

  constructor(problems: readonly InputProblem[]) {
    super(problems.map((problem) => problem.message).join(' '))
    this.problems = problems
  }
}

/** The named thing does not exist, or belongs to another workspace: the two are not distinguished. */
export class NotFoundError extends UserError {
  readonly code = 'NOT_FOUND'
}

/** HubSpot is not connected, or rejects the stored credentials (B15, B17). */
export class NotConnectedError extends UserError {
  readonly code = 'NOT_CONNECTED'
}

/** HubSpot did not answer, or not in a usable way. Trying again later can help. */
export class HubSpotUnavailableError extends UserError {
  readonly code = 'HUBSPOT_UNAVAILABLE'
  /** Null if HubSpot does not say. */
  readonly retryAfterSeconds: number | null

  constructor(
    message: string,
    { retryAfterSeconds = null, ...options }: ErrorOptions & { readonly retryAfterSeconds?: number | null } = {},
  ) {
    super(message, options)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The request does not fit the current state of the sync: paused, not set up, already finished (B38). */
export class SyncStateError extends UserError {
  readonly code = 'SYNC_STATE'
}

/** A field that HubSpot feeds, and where it is edited instead (B41). */
export interface OwnedField {
  readonly field: string
  readonly property: string
  readonly editUrl: string | null
}

/** A local write to fields that HubSpot feeds. Nothing was written (B42). */
export class HubSpotOwnedFieldError extends UserError {
  readonly code = 'HUBSPOT_OWNED_FIELD'
  readonly fields: readonly OwnedField[]

  constructor(fields: readonly OwnedField[]) {
    const names = [...new Set(fields.map(({ field }) => field))].join(', ')
    const [{ editUrl = null } = {}] = fields
    super(`${names} comes from HubSpot. Edit it there${editUrl === null ? '' : `, at ${editUrl}`}.`)
    this.fields = fields
  }
}

/** Another shared contact has the handle (B63). */
export class HandleTakenError extends UserError {
  readonly code = 'HANDLE_TAKEN'
  readonly source: 'EMAIL' | 'PHONE'
  readonly value: string
  /** Row id of the contact that has it. */
  readonly heldById: string

  constructor({ source, value }: { source: 'EMAIL' | 'PHONE'; value: string }, holder: { id: string; name: string }) {
    super(`${value} already belongs to ${holder.name === '' ? 'a contact without a name' : `"${holder.name}"`}.`)
    this.source = source
    this.value = value
    this.heldById = holder.id
  }
}

/** Another account has the domain. */
export class DomainTakenError extends UserError {
  readonly code = 'DOMAIN_TAKEN'
  readonly domain: string
  /** Row id of the account that has it. */
  readonly heldById: string

  constructor(domain: string, holder: { id: string; name: string }) {
    super(`${domain} already belongs to ${holder.name === '' ? 'an account without a name' : `"${holder.name}"`}.`)
    this.domain = domain
    this.heldById = holder.id
  }
}

/** Several contacts that are to be merged follow different HubSpot contacts. Only HubSpot can merge those. */
export class MergeInHubSpotError extends UserError {
  readonly code = 'MERGE_IN_HUBSPOT'
  readonly externalIds: readonly string[]
  /** Empty if no portal is connected. */
  readonly hubspotUrls: readonly string[]

  constructor(externalIds: readonly string[], hubspotUrls: readonly string[]) {
    super(
      `The contacts follow different HubSpot contacts: ${externalIds.join(', ')}. Merge those in HubSpot; the next sync then merges the contacts here.`,
    )
    this.externalIds = externalIds
    this.hubspotUrls = hubspotUrls
  }
}
