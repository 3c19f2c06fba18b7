import { beforeAll, beforeEach, expect, it } from 'vitest'
import type { CallWindows } from '../../src/broker/call-windows.ts'
import { type CallBudget, sharedCallBudget } from '../../src/hubspot/call-budget.ts'
import { HubSpotBusyError, HubSpotRateLimitedError } from '../../src/hubspot/errors.ts'
import { Requester } from '../../src/hubspot/requester.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createTestBroker, eachBroker, type TestBroker } from '../support/test-broker.ts'
import { waitFor } from '../support/wait-for.ts'

const patient = 60_000

let broker: TestBroker
/** Each test has a portal of its own. */
let portalId = 0n

/** What another process knows of the portal, over the windows that all processes share. */
function openBudget(calls: number, intervalMs: number, windows = broker.callWindows): CallBudget {
  const budget = sharedCallBudget(windows, { appId: 'app' })
  budget.answered(portalId, 'general', {
    'x-hubspot-ratelimit-max': String(calls),
    'x-hubspot-ratelimit-interval-milliseconds': String(intervalMs),
  })
  return budget
}

/** The windows, with how often they had no place. */
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

/** Calls until the test is over, so many at any time, and notes each call that may go. */
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

eachBroker('the share of calls for requests', (kind) => {
  beforeAll(async () => {
    broker = await createTestBroker(kind)
  })

  beforeEach(() => {
    portalId++
  })

  it('has a place for a request behind those of runs, of which there are too many', async () => {
    // given: a place every 50 ms, and 30 calls of 15 workers that wait for one at any time
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

  it('leaves runs half of the calls, however many requests wait', async () => {
    // given
    const log: string[] = []
    const api = openBudget(40, 2_000)
    for (const workspaceId of ['a', 'b', 'c']) flood(log, 'request', 20, callOfRequest(api, workspaceId))
    await waitFor(() => log.length > 20)

    // when
    for (let worker = 0; worker < 3; worker++) flood(log, 'run', 4, callOfRun(openBudget(40, 2_000)))
    await waitFor(() => countOf(log, 'run') > 0)
    const from = log.length
    await waitFor(() => log.length > from + 80)

    // then
    const shared = log.slice(from)
    expect(countOf(shared, 'run') / shared.length).toBeGreaterThan(0.4)
    expect(countOf(shared, 'request') / shared.length).toBeGreaterThan(0.3)
  })

  it('is had by requests alone up to half of the calls', async () => {
    const api = openBudget(20, 1_000)
    const began = performance.now()

    await Promise.all(Array.from({ length: 30 }, () => callOfRequest(api, 'a')()))

    // Ten a second.
    expect(performance.now() - began).toBeGreaterThan(1_950)
  })

  it('lets a workspace go after few calls of another one that has hundreds waiting', async () => {
    const log: string[] = []
    const [api, otherApi] = [openBudget(40, 1_000), openBudget(40, 1_000)]
    flood(log, 'a', 150, callOfRequest(api, 'a'))
    flood(log, 'a', 150, callOfRequest(otherApi, 'a'))
    await waitFor(() => log.length > 20)

    const before = log.length
    await callOfRequest(api, 'b')()

    // Two places of each process are kept before it.
    expect(log.length - before).toBeLessThanOrEqual(4 + 3)
  })

  it('brings what was begun to an end before it begins more', async () => {
    // given: 40 requests at once, each of four calls that follow each other
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

  it('refuses at once what cannot have a place in time, and says when to come back', async () => {
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

  it('refuses at once those who have too many before them, and goes on with the next', async () => {
    const api = openBudget(8, 1_000)
    const call = (patienceMs: number) => api.take(portalId, 'general', { requester: new Requester('a', patienceMs) })

    const ends = await Promise.allSettled(Array.from({ length: 50 }, () => call(2_000)))
    const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))

    // A place every 250 ms, and two that are kept before their time.
    expect(refused.length).toBeGreaterThanOrEqual(50 - 2 - 9)
    for (const error of refused) {
      expect(error).toBeInstanceOf(HubSpotBusyError)
      expect((error as HubSpotBusyError).retryAfterMs).toBeGreaterThan(0)
    }
    await callOfRequest(api, 'a')()
  })

  it('refuses those whose patience ends before their turn, and goes on with the next', async () => {
    // given: somebody who asked before, and asks on and on
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

  it('tells a request of a hold that lasts longer than its patience', async () => {
    const api = openBudget(20, 1_000)
    await api.refused(portalId, 'general', 20_000, 'TEN_SECONDLY_ROLLING')

    const refused = await api
      .take(portalId, 'general', { requester: new Requester('a', 5_000) })
      .catch((error: unknown) => error)

    expect(refused).toBeInstanceOf(HubSpotRateLimitedError)
    expect(refused).toMatchObject({ policy: 'TEN_SECONDLY_ROLLING', retryAfterMs: expect.closeTo(20_000, -4) })
  })
})
