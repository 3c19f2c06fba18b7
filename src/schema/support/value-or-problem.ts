import { BusyError, HubSpotUnavailableError, UserError } from '../../user-errors.ts'

/** Why something could not be read. GraphQL would take an error itself for the failure of the whole field. */
export interface ReadProblem {
  readonly code: string
  readonly message: string
  readonly retryAfterSeconds: number | null
}

/** What was read, or why it could not be read. */
export interface ValueOrProblem<T> {
  readonly value: T | null
  readonly problem: ReadProblem | null
}

/**
 * Turns an expected failure into data, so that a page that shows other things as well does not lose them. Any other
 * error is thrown.
 */
export async function valueOrProblem<T>(read: () => Promise<T>): Promise<ValueOrProblem<T>> {
  try {
    return { value: await read(), problem: null }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const { code, message } = error
    const retryAfterSeconds =
      error instanceof BusyError || error instanceof HubSpotUnavailableError ? error.retryAfterSeconds : null
    return { value: null, problem: { code, message, retryAfterSeconds } }
  }
}
