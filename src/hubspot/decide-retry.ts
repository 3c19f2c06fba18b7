import {
  type HubSpotError,
  HubSpotMissingScopesError,
  HubSpotNotFoundError,
  HubSpotRateLimitedError,
  HubSpotRejectedError,
  HubSpotUnauthorisedError,
  HubSpotUnavailableError,
  type HubSpotUnreadableError,
} from './errors.ts'
import type { HttpAnswer, HttpHeaders } from './http.ts'
import { type Problem, readProblem } from './read-problem.ts'

/** The result of an attempt that did not succeed. */
export type Outcome =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer }
  | { readonly kind: 'network'; readonly error: unknown }
  | { readonly kind: 'unreadable'; readonly error: HubSpotUnreadableError }

export interface Attempt {
  readonly outcome: Outcome
  /** 1 for the first attempt. */
  readonly number: number
  /** The call in words, for messages. */
  readonly call: string
  /** Whether the access token was stored, has been renewed for this call, or is not used by it. */
  readonly token: 'stored' | 'renewed' | 'none'
  /** Milliseconds until the portal's daily limit is reset. */
  readonly dailyResetMs: number
  /** How long the caller waits for another attempt, in milliseconds. Absent if it waits as long as it takes. */
  readonly patienceMs?: number
}

export type RetryReason =
  | 'network'
  | 'unreadable'
  | 'token-refused'
  | 'rate-limited'
  | 'locked'
  | 'migration'
  | 'server-error'

/** `token-refused` requires another token first. `rate-limited` concerns all callers of the portal. */
export type Decision =
  | { readonly retry: true; readonly reason: RetryReason; readonly waitMs: number }
  | { readonly retry: false; readonly error: HubSpotError }

const SECOND = 1_000
const attempts = { faults: 5, unreadable: 3, limits: 10 }
/** Longer waits are left to the caller, who can release its resources in the meantime. */
const longestWaitMs = 30 * SECOND

/** Decides whether to repeat a failed call, after what delay, or with which error to give up. */
export function decideRetry(attempt: Attempt): Decision {
  const { outcome, number, call } = attempt
  switch (outcome.kind) {
    case 'network': {
      const reason = codeOf(outcome.error)
      const error = () => unavailable(`HubSpot did not answer ${call} (${reason})`, number, { cause: outcome.error })
      return againOr(attempt, attempts.faults, 'network', backoffMs(number), error)
    }
    case 'unreadable':
      return againOr(attempt, attempts.unreadable, 'unreadable', backoffMs(number), () => outcome.error)
    case 'answer':
      return decideByStatus(outcome.answer, attempt)
  }
}

function decideByStatus(answer: HttpAnswer, attempt: Attempt): Decision {
  const { number, call, token } = attempt
  const { status, headers } = answer
  const problem = readProblem(answer.body.toString())
  const rejected = (hint = '') =>
    giveUp(
      new HubSpotRejectedError(
        `HubSpot rejects ${call} (${status}): ${problem.message}${hint}`,
        status,
        problem.category,
        problem.isHubSpots,
      ),
    )
  const faultOr = (reason: RetryReason, waitMs: number, what: string) =>
    againOr(attempt, attempts.faults, reason, waitMs, () => unavailable(`${call} ${what}`, number))
  if (status === 429) return decideByPolicy(problem.policy, headers, attempt)
  if (status === 477) {
    const waitMs = retryAfterMs(headers) ?? 10 * SECOND
    const error = () => new HubSpotRateLimitedError(waitMs, 'MIGRATION')
    return againOr(attempt, attempts.limits, 'migration', waitMs, error)
  }
  if (status === 423) return faultOr('locked', number * 2 * SECOND, 'was rejected because the record is locked (423)')
  if (status >= 500 || status === 408) {
    return faultOr('server-error', backoffMs(number), `failed (${status}: ${problem.message})`)
  }
  // A web page: something in front of HubSpot answered, and HubSpot itself was not asked.
  if ((status === 403 || status === 404) && isWebPage(answer)) {
    return faultOr('server-error', backoffMs(number), `was answered by a web page (${status}: ${problem.message})`)
  }
  if (status === 401 && token !== 'none') {
    if (token === 'stored') return again('token-refused', 0)
    // A token may have expired by the time the call arrives. That says nothing against the log-in.
    if (isExpiry(problem)) return faultOr('token-refused', 0, 'was rejected because every new token had expired')
    return giveUp(
      new HubSpotUnauthorisedError(`HubSpot rejects the log-in: ${problem.message} Log in to HubSpot again.`),
    )
  }
  if (status === 403 && problem.category === 'MISSING_SCOPES') {
    return giveUp(new HubSpotMissingScopesError(problem.missingScopes))
  }
  if (status === 404) {
    return giveUp(
      new HubSpotNotFoundError(`HubSpot answers ${call} with "not found": ${problem.message}`, 404, problem.category),
    )
  }
  return rejected()
}

function decideByPolicy(policy: string | null, headers: HttpHeaders, attempt: Attempt): Decision {
  const { number, dailyResetMs } = attempt
  const asked = retryAfterMs(headers)
  const waitMs =
    asked ??
    (policy === 'DAILY'
      ? dailyResetMs
      : policy === 'SECONDLY'
        ? SECOND
        : Math.min(SECOND * 2 ** (number - 1), 10 * SECOND))
  const error = () => new HubSpotRateLimitedError(waitMs, policy ?? 'UNKNOWN')
  return againOr(attempt, attempts.limits, 'rate-limited', waitMs, error)
}

const isWebPage = ({ body }: HttpAnswer) => /^\s*</.test(body.subarray(0, 200).toString())

const isExpiry = ({ category, message }: Problem) => (category ?? message).toLowerCase().includes('expired')

/** Repeats the call unless it was tried often enough or the wait is longer than the caller's patience. */
function againOr(
  { number, patienceMs = longestWaitMs }: Attempt,
  mostAttempts: number,
  reason: RetryReason,
  waitMs: number,
  error: () => HubSpotError,
): Decision {
  const isWorthIt = number < mostAttempts && waitMs <= Math.min(longestWaitMs, patienceMs)
  return isWorthIt ? again(reason, waitMs) : giveUp(error())
}

const again = (reason: RetryReason, waitMs: number): Decision => ({ retry: true, reason, waitMs })
const giveUp = (error: HubSpotError): Decision => ({ retry: false, error })

/** 0.5, 1, 2, 4 seconds. */
const backoffMs = (number: number) => 500 * 2 ** (number - 1)

function unavailable(what: string, number: number, options?: ErrorOptions): HubSpotUnavailableError {
  const times = number === 1 ? 'at the first attempt' : `after ${number} attempts`
  return new HubSpotUnavailableError(
    `HubSpot is not available: ${what}, ${times}. Try again later. If the problem persists, see https://status.hubspot.com and check HUBSPOT_API_URL.`,
    options,
  )
}

/** HubSpot sends seconds; the standard also allows a date. */
function retryAfterMs(headers: HttpHeaders): number | null {
  const given = headers['retry-after']
  const text = Array.isArray(given) ? given[0] : given
  if (text === undefined || text === '') return null
  const seconds = Number(text)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * SECOND)
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now())
}

/** The error code, for example ECONNREFUSED, wherever the HTTP library keeps it. */
function codeOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code
  }
  return error instanceof Error ? error.name : String(error)
}
