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
}

/** The request does not fit the state that the sync is in: paused, not set up, already finished (B38). */
export class SyncStateError extends UserError {
  readonly code = 'SYNC_STATE'
}
