import { expect, it } from 'vitest'
import type { CallWindows, Turn } from '../../src/broker/call-windows.ts'
import { openBroker } from '../../src/broker/open-broker.ts'
import { type CallBudget, type CallKind, sharedCallBudget } from '../../src/hubspot/call-budget.ts'
import { HubSpotRateLimitedError } from '../../src/hubspot/errors.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createTestBroker, eachBroker } from '../support/test-broker.ts'
import { waitFor } from '../support/wait-for.ts'

const portalId = 77n
const options = { appId: 'app' }
const limitIs = (calls: number, intervalMs = 10_000) => ({
  'x-hubspot-ratelimit-max': String(calls),
  'x-hubspot-ratelimit-interval-milliseconds': String(intervalMs),
})

/** Duration of the work. Lower bounds allow 50 ms for clocks that round. A slow machine only makes it longer. */
async function msOf(work: () => Promise<unknown>): Promise<number> {
  const begin = Date.now()
  await work()
  return Date.now() - begin
}

/** Makes a call that is answered immediately. */
async function call(budget: CallBudget | undefined, portal: bigint, kind: CallKind, signal?: AbortSignal) {
  const turn = await budget?.take(portal, kind, { signal })
  turn?.end()
}

/** Wraps the windows and records the attempts of the budget. */
function watched(windows: CallWindows) {
  const turns: Turn[] = []
  const givenBack: string[] = []
  const spied: CallWindows = {
    ...windows,
    take: async (limits, wait) => {
      const turn = await windows.take(limits, wait)
      turns.push(turn)
      return turn
    },
    settle: (limits, place, lateMs) => {
      if (lateMs === null) givenBack.push(place.id)
      return windows.settle(limits, place, lateMs)
    },
  }
  return { windows: spied, turns, givenBack }
}

/** The highest number of times within a window of this length. */
function mostWithin(times: readonly number[], windowMs: number): number {
  const sorted = [...times].sort((a, b) => a - b)
  return Math.max(...sorted.map((from) => sorted.filter((at) => at >= from && at < from + windowMs).length))
}

eachBroker('the call budget', (kind) => {
  it('two processes together never make more calls in a window than HubSpot allows', async () => {
    const broker = await createTestBroker(kind)
    const other = await openBroker(broker.options)
    cleanUp(() => other.close())
    const budgets = [broker, other].map(({ callWindows }) => sharedCallBudget(callWindows, options))
    for (const budget of budgets) budget.answered(portalId, 'general', limitIs(40, 1_000))

    const times: number[] = []
    const caller = async (number: number) => {
      for (let count = 0; count < 20; count++) {
        const turn = await budgets[number % 2]?.take(portalId, 'general')
        times.push(performance.now())
        turn?.end()
      }
    }
    const ms = await msOf(() => Promise.all(Array.from({ length: 10 }, (_, number) => caller(number))))

    // 200 calls take five windows minus the first one, which starts empty. A timer may be some milliseconds late.
    expect(ms).toBeGreaterThan(3_900)
    expect(mostWithin(times, 950)).toBeLessThanOrEqual(40)
  })

  it('spreads calls, so that one more call need not wait until the window has passed', async () => {
    const budget = sharedCallBudget((await createTestBroker(kind)).callWindows, options)
    const windowMs = 30_000
    budget.answered(portalId, 'general', limitIs(100, windowMs))
    const takeMany = Promise.all(Array.from({ length: 70 }, () => call(budget, portalId, 'general')))
    takeMany.catch(() => {})

    expect(await msOf(() => call(budget, portalId, 'general'))).toBeLessThan(windowMs)
    await takeMany
  })

  it('each portal has its own window', async () => {
    const budget = sharedCallBudget((await createTestBroker(kind)).callWindows, options)
    const windowMs = 60_000
    const callFive = async (portal: bigint) => {
      budget.answered(portal, 'general', limitIs(10, windowMs))
      for (let count = 0; count < 5; count++) await call(budget, portal, 'general')
    }

    const ms = await msOf(() => Promise.all([1n, 2n, 3n, 4n, 5n, 6n].map(callFive)))

    // If the portals shared one window, it would have to pass twice.
    expect(ms).toBeLessThan(windowMs)
  })

  it.each<[CallKind, number]>([
    ['general', 2],
    ['search', 5],
  ])('observes the limit of %s calls', async (callKind, calls) => {
    const budget = sharedCallBudget((await createTestBroker(kind)).callWindows, options)
    budget.answered(portalId, 'general', limitIs(2, 1_000))
    budget.answered(portalId, 'general', {})

    const ms = await msOf(async () => {
      for (let count = 0; count <= calls; count++) await call(budget, portalId, callKind)
    })

    expect(ms).toBeGreaterThan(950)
  })

  it('a call about associations counts against both limits', async () => {
    const budget = sharedCallBudget((await createTestBroker(kind)).callWindows, options)
    budget.answered(portalId, 'general', limitIs(2, 1_000))

    const ms = await msOf(async () => {
      await call(budget, portalId, 'associations')
      await call(budget, portalId, 'associations')
      await call(budget, portalId, 'general')
    })

    expect(ms).toBeGreaterThan(950)
  })

  it('leaves the configured share to the customer’s other tools', async () => {
    const { callWindows } = await createTestBroker(kind)
    const budget = sharedCallBudget(callWindows, { ...options, sharePercent: 20 })
    budget.answered(portalId, 'general', limitIs(10, 1_000))

    const ms = await msOf(async () => {
      for (let count = 0; count < 5; count++) await call(budget, portalId, 'general')
    })

    expect(ms).toBeGreaterThan(1_950)
  })

  it.each([
    ['report no limit', {}],
    ['report a limit that cannot be reached', limitIs(1_000_000)],
  ])('does not delay calls if answers %s', async (_name, headers) => {
    const { windows, turns } = watched((await createTestBroker(kind)).callWindows)
    const budget = sharedCallBudget(windows, options)
    budget.answered(portalId, 'general', headers)

    for (let count = 0; count < 1_000; count++) {
      await call(budget, portalId, count % 2 === 0 ? 'general' : 'associations')
    }

    expect(turns).toEqual([])
  })

  it('releases waiting calls when the first answer reports no limit', async () => {
    const { windows, turns } = watched((await createTestBroker(kind)).callWindows)
    const budget = sharedCallBudget(windows, options)

    const calls = Promise.all(Array.from({ length: 300 }, () => call(budget, portalId, 'general')))
    await call(budget, 78n, 'general')
    budget.answered(portalId, 'general', {})
    await calls

    expect(turns.filter(({ granted }) => granted).length).toBeLessThan(300)
  })

  it('makes every process wait after a rejection, even if answers report no limit', async () => {
    const broker = await createTestBroker(kind)
    const other = await openBroker(broker.options)
    cleanUp(() => other.close())
    const [mine, theirs] = [broker, other].map(({ callWindows }) => sharedCallBudget(callWindows, options))
    mine?.answered(portalId, 'general', {})

    const begin = Date.now()
    await mine?.refused(portalId, 'general', 1_000, 'rate-limited')
    mine?.answered(portalId, 'general', {})
    const ends = [mine, theirs].map(async (budget) => {
      await call(budget, portalId, 'general')
      return Date.now() - begin
    })

    for (const end of await Promise.all(ends)) expect(end).toBeGreaterThan(950)
  })

  it.each<CallKind>(['general', 'search', 'associations'])(
    'rejects %s calls of every process if HubSpot rejects calls for hours',
    async (callKind) => {
      const broker = await createTestBroker(kind)
      const other = await openBroker(broker.options)
      cleanUp(() => other.close())
      const [mine, theirs] = [broker, other].map(({ callWindows }) => sharedCallBudget(callWindows, options))

      await mine?.refused(portalId, 'associations', 7_200_000, 'DAILY')
      const error = await call(theirs, portalId, callKind).catch((thrown: unknown) => thrown)

      expect(error).toBeInstanceOf(HubSpotRateLimitedError)
      expect(error).toMatchObject({ policy: 'DAILY', retryAfterMs: expect.closeTo(7_200_000, -5) })
    },
  )

  it('counts a call in progress as long as it may still arrive', async () => {
    const budget = sharedCallBudget((await createTestBroker(kind)).callWindows, options)
    budget.answered(portalId, 'general', limitIs(1, 500))
    const underWay = await budget.take(portalId, 'general')
    const next = msOf(() => call(budget, portalId, 'general'))
    await new Promise((resolve) => setTimeout(resolve, 800))
    underWay.end()

    expect(await next).toBeGreaterThan(1_250)
  })

  it('gives back a place that is no longer needed', async () => {
    const { windows, turns, givenBack } = watched((await createTestBroker(kind)).callWindows)
    const budget = sharedCallBudget(windows, options)
    budget.answered(portalId, 'general', limitIs(1, 2_000))
    await call(budget, portalId, 'general')
    const stop = new AbortController()
    const given = call(budget, portalId, 'general', stop.signal)
    const place = await waitFor(() => turns.slice(1).flatMap((turn) => (turn.granted ? turn.place.id : []))[0])
    stop.abort(new Error('the worker stops'))

    await expect(given).rejects.toThrow('the worker stops')
    expect(givenBack).toEqual([place])
    await call(budget, portalId, 'general')
  })

  it('stops waiting when the signal aborts', async () => {
    const budget = sharedCallBudget((await createTestBroker(kind)).callWindows, options)
    await budget.refused(portalId, 'general', 20_000, 'rate-limited')
    const stop = new AbortController()

    const waiting = call(budget, portalId, 'general', stop.signal)
    stop.abort(new Error('the worker stops'))

    await expect(waiting).rejects.toThrow('the worker stops')
  })
})
