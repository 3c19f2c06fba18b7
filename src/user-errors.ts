/**
 * What a caller did or met that they can act on. The API shows these, as data with their `code`; anything else that is
 * thrown is masked and logged.
 */
export abstract class UserError extends Error {
  abstract readonly code: string
}

/** The viewer's role does not allow it (B19). */
export class ForbiddenError extends UserError {
  readonly code = 'FORBIDDEN'
}

/** The workspace's plan does not include the feature (B21). */
export class PlanRequiredError extends UserError {
  readonly code = 'PLAN_REQUIRED'
  readonly requiredPlan: 'GROWTH' | 'SCALE' | 'PREMIER'

  constructor(requiredPlan: 'GROWTH' | 'SCALE' | 'PREMIER') {
    super(`The HubSpot sync needs the ${requiredPlan} plan or above. Upgrade the workspace's plan to use it.`)
    this.requiredPlan = requiredPlan
  }
}

/** Another change or too many callers were in the way for too long; the same call can succeed in a moment. */
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

/** One mistake in what was given; `path` leads to it from the input, e.g. ['mappings', '3', 'target']. */
export interface InputProblem {
  readonly path: readonly string[]
  readonly message: string
}

/** The input is well-formed GraphQL and still not usable. Carries every problem found. */
export class InvalidInputError extends UserError {
  readonly code = 'INVALID_INPUT'
  readonly problems: readonly InputProblem[]

  constructor(problems: readonly InputProblem[]) {
    super(problems.map((problem) => problem.message).join(' '))
    this.problems = problems
  }
}

/** What was named does not exist, or not in the viewer's workspace: the two are not told apart. */
export class NotFoundError extends UserError {
  readonly code = 'NOT_FOUND'
}

/** HubSpot is not connected, or refuses the stored credentials (B15, B17). */
export class NotConnectedError extends UserError {
  readonly code = 'NOT_CONNECTED'
}

/** HubSpot did not answer, or not in a usable way; trying again later can help. */
export class HubSpotUnavailableError extends UserError {
  readonly code = 'HUBSPOT_UNAVAILABLE'
  /** Null where HubSpot does not say. */
  readonly retryAfterSeconds: number | null

  constructor(
    message: string,
    { retryAfterSeconds = null, ...options }: ErrorOptions & { readonly retryAfterSeconds?: number | null } = {},
  ) {
    super(message, options)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The request does not fit the state that the sync is in: paused, not set up, already finished (B38). */
export class SyncStateError extends UserError {
  readonly code = 'SYNC_STATE'
}

/** A field that HubSpot feeds, and where it is edited instead (B41). */
export interface OwnedField {
  readonly field: string
  readonly property: string
  readonly editUrl: string | null
}

/** A local write to fields that HubSpot feeds; nothing was written (B42). */
export class HubSpotOwnedFieldError extends UserError {
  readonly code = 'HUBSPOT_OWNED_FIELD'
  readonly fields: readonly OwnedField[]

  constructor(fields: readonly OwnedField[]) {
    const names = [...new Set(fields.map(({ field }) => field))].join(', ')
    const [{ editUrl = null } = {}] = fields
    super(`${names} comes from HubSpot: edit it there${editUrl === null ? '' : `, at ${editUrl}`}.`)
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
