import type { CallBudget, CallKind, CallTurn } from './call-budget.ts'
import { msUntilDailyReset } from './daily-reset.ts'
import { decideRetry, type Outcome } from './decide-retry.ts'
import {
  HubSpotMissingScopesError,
  HubSpotRateLimitedError,
  HubSpotUnauthorisedError,
  HubSpotUnreadableError,
} from './errors.ts'
import { describeRequest, type HttpAnswer, type HttpRequest, type Send } from './http.ts'
import type { Pause } from './pause.ts'
import type { Requester } from './requester.ts'

/** The source of a portal's access tokens. */
export interface AccessTokens {
  /** Returns a token with some time left. Throws HubSpotUnauthorisedError if there is none. */
  current(): Promise<string>
  /** Returns another token after HubSpot answered 401 to this one. Throws HubSpotUnauthorisedError if there is none. */
  renew(refused: string): Promise<string>
  /** To be called if HubSpot rejects the token's grant although the token was renewed. Only another log-in can help. */
  giveUp(refused: string): Promise<void>
}

/** Number of attempts so far, including those that repeat a failed one. */
export interface CountedUsage {
  calls: number
  repeats: number
}

/** The portal that a call goes to, and the share that it is taken from. */
export interface PortalAccess {
  readonly portalId: bigint
  /** IANA name of the portal's time zone, in which its days begin. */
  readonly timeZone: string
  readonly tokens: AccessTokens
  readonly budget: CallBudget
  /** Counts the calls that are made with this access. */
  readonly usage: CountedUsage
  /** Undefined for runs. */
  readonly requester?: Requester
}

export interface CallOptions<T> {
  readonly send: Send
  readonly request: HttpRequest
  /** Parses a successful answer. Throws HubSpotUnreadableError if that is not possible. */
  readonly read: (answer: HttpAnswer) => T
  /** Undefined for calls that do not belong to a portal. */
  readonly access?: PortalAccess
  /** Counts the attempts of a call without `access`. */
  readonly usage?: CountedUsage
  readonly kind?: CallKind
  /** True if other calls wait for its result. */
  readonly isUrgent?: boolean
  readonly pause: Pause
  readonly signal?: AbortSignal
}

/** Sends a call, and repeats it as decided by {@link decideRetry}, within the patience of its requester. */
export async function callHubSpot<T>(options: CallOptions<T>): Promise<T> {
  const { request, access, kind = 'general', isUrgent, pause, signal } = options
  const usage = access?.usage ?? options.usage
  const requester = access?.requester
  /** True if the token was just renewed for this call. */
  let isRenewed = false
  for (let number = 1; ; number++) {
    const asked = performance.now()
    const turn = await access?.budget.take(access.portalId, kind, { signal, isUrgent, requester })
    requester?.hasWaited(performance.now() - asked)
    const sent = performance.now()
    let token: string | undefined
    try {
      // Read again for each attempt, since the token may have expired while the call waited for its turn or between
      // attempts.
      token = await access?.tokens.current()
    } catch (error) {
      turn?.end()
      throw error
    }
    if (usage) {
      usage.calls += 1
      if (number > 1) usage.repeats += 1
    }
    const attempt = await attemptOnce(options, token, turn)
    if (attempt.kind === 'success') return attempt.value
    requester?.hasWaited(performance.now() - sent)
    const decision = decideRetry({
      outcome: attempt,
      number,
      call: describeRequest(request),
      token: access === undefined ? 'none' : isRenewed ? 'renewed' : 'stored',
      dailyResetMs: msUntilDailyReset(access?.timeZone ?? 'UTC', Date.now()),
      patienceMs: requester?.patienceMs,
    })
    if (!decision.retry) {
      if (access && token !== undefined && isRefusal(decision.error)) await access.tokens.giveUp(token)
      if (access && decision.error instanceof HubSpotRateLimitedError) {
        await access.budget.refused(access.portalId, kind, decision.error.retryAfterMs, decision.error.policy)
      }
      throw decision.error
    }
    isRenewed = decision.reason === 'token-refused' && access !== undefined && token !== undefined
    if (isRenewed && token !== undefined) await access?.tokens.renew(token)
    if (decision.reason === 'rate-limited') {
      await access?.budget.refused(access.portalId, kind, decision.waitMs, decision.reason)
    }
    if (decision.waitMs > 0) await pause(decision.waitMs, signal)
    requester?.hasWaited(decision.waitMs)
  }
}

async function attemptOnce<T>(
  { send, request, read, access, kind = 'general', signal }: CallOptions<T>,
  token: string | undefined,
  turn: CallTurn | undefined,
): Promise<Outcome | { readonly kind: 'success'; readonly value: T }> {
  let answer: HttpAnswer
  try {
    answer = await send(request, token === undefined ? {} : { authorization: `Bearer ${token}` }, signal)
  } catch (error) {
    signal?.throwIfAborted()
    return { kind: 'network', error }
  } finally {
    turn?.end()
  }
  if (answer.status < 200 || answer.status > 299) return { kind: 'answer', answer }
  access?.budget.answered(access.portalId, kind, answer.headers)
  try {
    return { kind: 'success', value: read(answer) }
  } catch (error) {
    if (!(error instanceof HubSpotUnreadableError)) throw error
    const message = `${describeRequest(request)}: ${error.message}`
    return { kind: 'unreadable', error: new HubSpotUnreadableError(message, { cause: error.cause }) }
  }
}

function isRefusal(error: Error): boolean {
  return error instanceof HubSpotUnauthorisedError || error instanceof HubSpotMissingScopesError
}
