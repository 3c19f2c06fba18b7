import { beforeEach, expect, it } from 'vitest'
import type { CallWindows } from '../../src/broker/call-windows.ts'
import { type CallBudget, sharedCallBudget } from '../../src/hubspot/call-budget.ts'
import { HubSpotBusyError, HubSpotRateLimitedError } from '../../src/hubspot/errors.ts'
import { Requester } from '../../src/hubspot/requester.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createTestBroker } from '../support/test-broker.ts'
import { waitFor } from '../support/wait-for.ts'

const patient = 60_000

const broker = await createTestBroker()
/** Each test uses a portal of its own. */
let portalId = 0n
beforeEach(() => {
  portalId++
})

/** A budget as another process would open it, over the windows that all processes share. */
function openBudget(calls: number, intervalMs: number, windows = broker.callWindows): CallBudget {
  const budget = sharedCallBudget(windows, { appId: 'app' })
  budget.answered(portalId, 'general', {
    'x-hubspot-ratelimit-max': String(calls),
    'x-hubspot-ratelimit-interval-milliseconds': String(intervalMs),
  })
  return budget
}

/** Wraps the windows and counts how often they had no place. */
function watched(windows: CallWindows) {
  let refusals = 0
  const spied: CallWindows = {
    ...windows,
    take: async (limits, wait) => {
      const turn = await windows.take(limits, wait)
      if (!turn.granted) refusals++
      return turn
    },
  }
  return { windows: spied, refusals: () => refusals }
}

/** Makes calls until the test ends, this many at a time, and records each call that is granted. */
function flood(log: string[], name: string, callers: number, call: (stop: AbortSignal) => Promise<unknown>): void {
  const stop = new AbortController()
  const caller = async () => {
    while (!stop.signal.aborted) {
      await call(stop.signal)
      log.push(name)
    }
  }
  const callings = Promise.allSettled(Array.from({ length: callers }, caller))
  cleanUp(async () => {
    stop.abort(new Error('the test is over'))
    await callings
  })
}

const callOfRun = (budget: CallBudget) => async (signal: AbortSignal) => {
  const turn = await budget.take(portalId, 'general', { signal })
  turn.end()
}

const callOfRequest = (budget: CallBudget, workspaceId: string) => async (signal?: AbortSignal) => {
  const turn = await budget.take(portalId, 'general', { signal, requester: new Requester(workspaceId, patient) })
  turn.end()
}

const countOf = (log: readonly string[], name: string) => log.filter((entry) => entry === name).length

it('there is always a place for a request behind the places of runs, regardless of the number of runs', async () => {
  // given: one place every 50 ms, and always 30 waiting calls of 15 workers
  const log: string[] = []
  const ofRuns = watched(broker.callWindows)
  for (let worker = 0; worker < 15; worker++) flood(log, 'run', 4, callOfRun(openBudget(60, 3_000, ofRuns.windows)))
  await waitFor(() => log.length > 60 && ofRuns.refusals() > 0)

  // when
  const ofRequests = watched(broker.callWindows)
  const api = openBudget(60, 3_000, ofRequests.windows)
  await Promise.all(['a', 'b', 'c'].map((workspaceId) => callOfRequest(api, workspaceId)()))

  // then
  expect(ofRequests.refusals()).toBe(0)
})

it('runs get half of the calls, regardless of the number of waiting requests', async () => {
  // given
  const log: string[] = []
  const api = openBudget(40, 2_000)
  for (const workspaceId of ['a', 'b', 'c']) flood(log, 'request', 20, callOfRequest(api, workspaceId))
  await waitFor(() => log.length > 20)

  // when
  for (let worker = 0; worker < 3; worker++) flood(log, 'run', 4, callOfRun(openBudget(40, 2_000)))
  await waitFor(() => countOf(log, 'run') > 0)
  const from = log.length
  await waitFor(() => log.length > from + 50)

  // then
  const shared = log.slice(from)
  expect(countOf(shared, 'run') / shared.length).toBeGreaterThan(0.4)
  expect(countOf(shared, 'request') / shared.length).toBeGreaterThan(0.3)
})

it('requests get no more than half of the calls even if there are no runs', async () => {
  const api = openBudget(20, 1_000)
  const began = performance.now()

  await Promise.all(Array.from({ length: 30 }, () => callOfRequest(api, 'a')()))

  // Ten calls a second.
  expect(performance.now() - began).toBeGreaterThan(1_950)
})

it('a workspace waits for only a few calls of another workspace that has hundreds waiting', async () => {
  const log: string[] = []
  const [api, otherApi] = [openBudget(40, 1_000), openBudget(40, 1_000)]
  flood(log, 'a', 150, callOfRequest(api, 'a'))
  flood(log, 'a', 150, callOfRequest(otherApi, 'a'))
  await waitFor(() => log.length > 20)

  const before = log.length
  await callOfRequest(api, 'b')()

  // Each process reserves two places ahead of it.
  expect(log.length - before).toBeLessThanOrEqual(4 + 3)
})

it('the requests that started first end first', async () => {
  // given: 40 concurrent requests, each with four consecutive calls
  const api = openBudget(40, 1_000)
  const stop = new AbortController()
  let calls = 0
  let ended = 0
  const request = async () => {
    const requester = new Requester('a', patient)
    for (let call = 0; call < 4; call++) {
      const turn = await api.take(portalId, 'general', { requester, signal: stop.signal })
      turn.end()
      calls++
    }
    ended++
  }

  // when
  const requests = Promise.allSettled(Array.from({ length: 40 }, request))
  await waitFor(() => calls >= 40)
  stop.abort(new Error('the test is over'))
  await requests

  // then
  expect(ended).toBeGreaterThanOrEqual(calls / 4 - 2)
})

it('a request that cannot get a place in time is rejected immediately with a time to retry', async () => {
  const api = openBudget(2, 60_000)
  const call = (patienceMs: number) =>
    api.take(portalId, 'general', { requester: new Requester('a', patienceMs) }).catch((error: unknown) => error)

  await call(30_000)
  const refused = await call(30_000)

  expect(refused).toBeInstanceOf(HubSpotBusyError)
  const { retryAfterMs } = refused as HubSpotBusyError
  expect(retryAfterMs).toBeGreaterThan(30_000)
  expect(retryAfterMs).toBeLessThanOrEqual(60_000)
})

it('requests with too many others ahead of them are rejected immediately, and the next one passes', async () => {
  const api = openBudget(8, 1_000)
  const call = async () => (await api.take(portalId, 'general', { requester: new Requester('a', 2_000) })).end()

  const ends = await Promise.allSettled(Array.from({ length: 50 }, call))
  const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))

  // One place every 250 ms, and two places that are reserved ahead of time.
  expect(refused.length).toBeGreaterThanOrEqual(50 - 2 - 9)
  for (const error of refused) {
    expect(error).toBeInstanceOf(HubSpotBusyError)
    expect((error as HubSpotBusyError).retryAfterMs).toBeGreaterThanOrEqual(250)
  }
  await callOfRequest(api, 'a')()
})

it('a request whose patience ends before its turn is rejected, and the next one passes', async () => {
  // given: an earlier requester that keeps making calls
  const api = openBudget(8, 1_000)
  const first = new Requester('a', patient)
  const stop = new AbortController()
  const callings = Promise.allSettled(
    Array.from({ length: 4 }, async () => {
      for (;;) (await api.take(portalId, 'general', { requester: first, signal: stop.signal })).end()
    }),
  )

  // when
  const refused = await api
    .take(portalId, 'general', { requester: new Requester('a', 1_000) })
    .catch((error: unknown) => error)
  stop.abort(new Error('the test is over'))
  await callings

  // then
  expect(refused).toBeInstanceOf(HubSpotBusyError)
  await callOfRequest(api, 'a')()
})

it('a request learns about a hold that lasts longer than its patience', async () => {
  const api = openBudget(20, 1_000)
  await api.refused(portalId, 'general', 20_000, 'TEN_SECONDLY_ROLLING')

  const refused = await api
    .take(portalId, 'general', { requester: new Requester('a', 5_000) })
    .catch((error: unknown) => error)

  expect(refused).toBeInstanceOf(HubSpotRateLimitedError)
  expect(refused).toMatchObject({ policy: 'TEN_SECONDLY_ROLLING', retryAfterMs: expect.closeTo(20_000, -4) })
})
