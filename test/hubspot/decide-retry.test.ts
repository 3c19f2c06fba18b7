import { describe, expect, it } from 'vitest'
import { type Attempt, decideRetry, type Outcome } from '../../src/hubspot/decide-retry.ts'
import {
  HubSpotMissingScopesError,
  HubSpotNotFoundError,
  HubSpotRateLimitedError,
  HubSpotRejectedError,
  HubSpotUnauthorisedError,
  HubSpotUnavailableError,
  HubSpotUnreadableError,
} from '../../src/hubspot/errors.ts'

const page = '<html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>'
const problem = (fields: object) =>
  JSON.stringify({ status: 'error', message: 'as it is.', correlationId: 'c', ...fields })
const limited = (policyName: string) => problem({ errorType: 'RATE_LIMIT', policyName })

const answer = (status: number, body = '', headers = {}): Outcome => ({
  kind: 'answer',
  answer: { status, headers, body: Buffer.from(body) },
})
const network = (code: string): Outcome => ({
  kind: 'network',
  error: new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) }),
})
const unreadable: Outcome = { kind: 'unreadable', error: new HubSpotUnreadableError('half of it is missing') }

const decide = (outcome: Outcome, number = 1, token: Attempt['token'] = 'stored') =>
  decideRetry({ outcome, number, token, dailyResetMs: 5_000_000, call: 'POST /crm/objects/contacts' })

describe('decideRetry repeats', () => {
  it.each<[string, Outcome, number, string, number]>([
    ['a reset', network('ECONNRESET'), 1, 'network', 500],
    ['a timeout, with a growing delay', network('ETIMEDOUT'), 4, 'network', 4_000],
    ['a truncated answer', unreadable, 1, 'unreadable', 500],
    ['the ten-second limit', answer(429, limited('TEN_SECONDLY_ROLLING')), 1, 'rate-limited', 1_000],
    [
      'the ten-second limit several times in a row',
      answer(429, limited('TEN_SECONDLY_ROLLING')),
      6,
      'rate-limited',
      10_000,
    ],
    ['the one-second limit', answer(429, limited('SECONDLY')), 3, 'rate-limited', 1_000],
    ['a limit without a name', answer(429), 1, 'rate-limited', 1_000],
    [
      'a limit after the requested delay',
      answer(429, limited('TEN_SECONDLY_ROLLING'), { 'retry-after': '7' }),
      1,
      'rate-limited',
      7_000,
    ],
    ['a lock after at least two seconds', answer(423, problem({})), 1, 'locked', 2_000],
    ['a short move to another data centre', answer(477, problem({}), { 'retry-after': '3' }), 1, 'migration', 3_000],
    ['a server error', answer(500, problem({})), 2, 'server-error', 1_000],
    [
      'a web page from something in front of HubSpot',
      answer(502, page, { 'content-type': 'text/html' }),
      1,
      'server-error',
      500,
    ],
    ['an empty answer without a content type', answer(502), 1, 'server-error', 500],
    ['a timeout at the edge', answer(524, page), 3, 'server-error', 2_000],
    ['a web page with 403 from something in front of HubSpot', answer(403, page), 1, 'server-error', 500],
    ['a web page with 404', answer(404, page), 4, 'server-error', 4_000],
    [
      'a rejected token, immediately with another one',
      answer(401, problem({ category: 'EXPIRED_AUTHENTICATION' })),
      1,
      'token-refused',
      0,
    ],
  ])('%s', (_name, outcome, number, reason, waitMs) => {
    expect(decide(outcome, number)).toEqual({ retry: true, reason, waitMs })
  })
})

it('B17: a new token that has already expired is renewed again, since the log-in is still valid', () => {
  const expired = answer(401, problem({ category: 'EXPIRED_AUTHENTICATION' }))

  expect(decide(expired, 2, 'renewed')).toEqual({ retry: true, reason: 'token-refused', waitMs: 0 })
})

describe('decideRetry gives up', () => {
  const scopes = problem({
    category: 'MISSING_SCOPES',
    errors: [{ message: 'm', context: { requiredGranularScopes: ['crm.lists.read'] } }],
  })
  it.each<[string, Outcome, number, Attempt['token'], new (...given: never[]) => Error, RegExp]>([
    [
      'if there is no network',
      network('ECONNREFUSED'),
      5,
      'stored',
      HubSpotUnavailableError,
      /ECONNREFUSED.*5 attempts.*Try again later/,
    ],
    ['if the server keeps failing', answer(503, page), 5, 'stored', HubSpotUnavailableError, /503: 502 Bad Gateway/],
    ['if a lock persists', answer(423, problem({})), 5, 'stored', HubSpotUnavailableError, /lock/],
    ['if answers remain unreadable', unreadable, 3, 'stored', HubSpotUnreadableError, /half of it/],
    [
      'if the daily limit is reached',
      answer(429, limited('DAILY')),
      1,
      'stored',
      HubSpotRateLimitedError,
      /DAILY.*5000 seconds/,
    ],
    ['if a limit persists', answer(429, limited('SECONDLY')), 10, 'stored', HubSpotRateLimitedError, /SECONDLY/],
    [
      'if a move to another data centre takes hours',
      answer(477, '', { 'retry-after': '86400' }),
      1,
      'stored',
      HubSpotRateLimitedError,
      /MIGRATION.*86400/,
    ],
    ['if a web page persists', answer(404, page), 5, 'stored', HubSpotUnavailableError, /web page/],
    [
      'if every new token has expired',
      answer(401, problem({ category: 'EXPIRED_AUTHENTICATION' })),
      5,
      'renewed',
      HubSpotUnavailableError,
      /expired/,
    ],
    [
      'if a renewed token is rejected too',
      answer(401, problem({})),
      2,
      'renewed',
      HubSpotUnauthorisedError,
      /Log in to HubSpot again/,
    ],
    [
      'if a scope is missing, and names it',
      answer(403, scopes),
      1,
      'stored',
      HubSpotMissingScopesError,
      /crm\.lists\.read/,
    ],
    [
      'if HubSpot forbids the call for another reason',
      answer(403, problem({ category: 'BANNED' })),
      1,
      'stored',
      HubSpotRejectedError,
      /403/,
    ],
    [
      'if the call itself is wrong',
      answer(400, problem({ category: 'VALIDATION_ERROR' })),
      1,
      'stored',
      HubSpotRejectedError,
      /as it is/,
    ],
    ['if the URL is too long', answer(414, page), 1, 'stored', HubSpotRejectedError, /414/],
    [
      'if the requested object does not exist',
      answer(404, problem({ category: 'OBJECT_NOT_FOUND' })),
      1,
      'stored',
      HubSpotNotFoundError,
      /not found/,
    ],
    ['if a call without a token is rejected', answer(401, problem({})), 1, 'none', HubSpotRejectedError, /401/],
  ])('%s', (_name, outcome, number, token, type, message) => {
    const decision = decide(outcome, number, token)

    expect(decision.retry).toBe(false)
    const { error } = decision as Extract<typeof decision, { retry: false }>
    expect(error).toBeInstanceOf(type)
    expect(error.message).toMatch(message)
  })

  it('with the delay that HubSpot requests', () => {
    const decision = decide(answer(429, limited('DAILY'), { 'retry-after': '60' }))

    expect(decision).toMatchObject({ retry: false, error: { retryAfterMs: 60_000, policy: 'DAILY' } })
  })

  it("with the network's error as its cause", () => {
    const outcome = network('ECONNRESET')

    expect(decide(outcome, 5)).toMatchObject({ error: { cause: (outcome as { error: unknown }).error } })
  })

  it.each<[string, Outcome, new (...given: never[]) => Error]>([
    ['a fault', answer(500, problem({})), HubSpotUnavailableError],
    ['a limit', answer(429, limited('TEN_SECONDLY_ROLLING')), HubSpotRateLimitedError],
    ['a move to another data centre', answer(477, '', { 'retry-after': '1' }), HubSpotRateLimitedError],
    ['an unreadable answer', unreadable, HubSpotUnreadableError],
  ])('after %s, if the next attempt would exceed the patience of the caller', (_name, outcome, type) => {
    const attempt = { outcome, number: 2, token: 'stored', dailyResetMs: 5_000_000, call: 'GET /lists' } as const

    expect(decideRetry({ ...attempt, patienceMs: 900 })).toMatchObject({ retry: false, error: expect.any(type) })
    expect(decideRetry({ ...attempt, patienceMs: 2_000 })).toMatchObject({ retry: true })
  })
})
