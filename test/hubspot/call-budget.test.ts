import { expect, it } from 'vitest'
import { openBroker } from '../../src/broker/open-broker.ts'
import { type CallKind, sharedCallBudget } from '../../src/hubspot/call-budget.ts'
import { HubSpotRateLimitedError } from '../../src/hubspot/errors.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createTestBroker, eachBroker } from '../support/test-broker.ts'

const portalId = 77n
const options = { appId: 'app' }
const limitIs = (calls: number, intervalMs = 10_000) => ({
  'x-hubspot-ratelimit-max': String(calls),
  'x-hubspot-ratelimit-interval-milliseconds': String(intervalMs),
})

/** How long the work takes. Lower bounds leave 50 ms to clocks that round, upper ones seconds to a busy machine. */
async function msOf(work: () => Promise<unknown>): Promise<number> {
  const begin = Date.now()
  await work()
  return Date.now() - begin
}

/** The most times that lie in one window of this length. */
function mostWithin(times: readonly number[], windowMs: number): number {
  const sorted = [...times].sort((a, b) => a - b)
  return Math.max(...sorted.map((from) => sorted.filter((at) => at >= from && at < from + windowMs).length))
}

eachBroker('the call budget', (kind) => {
  it('lets two processes together make no more calls in any window than HubSpot allows, and hardly fewer', async () => {
    const broker = await createTestBroker(kind)
    const other = await openBroker(broker.options)
    cleanUp(() => other.close())
    const budgets = [broker, other].map(({ callWindows }) => sharedCallBudget(callWindows, options))
    for (const budget of budgets) budget.answered(portalId, 'general', limitIs(40, 1_000), 0)

    const times: number[] = []
    const caller = async (number: number) => {
      for (let count = 0; count < 20; count++) {
        await budgets[number % 2]?.take(portalId, 'general')
        times.push(performance.now())
      }
    }
    const ms = await msOf(() => Promise.all(Array.from({ length: 10 }, (_, number) => caller(number))))

    // 200 calls take five windows less the one that is empty at first; a timer may be some milliseconds late.
    expect(ms).toBeGreaterThan(3_900)
    expect(mostWithin(times, 950)).toBeLessThanOrEqual(40)
    expect(ms).toBeLessThan(9_000)
  })

  it('spreads calls, so that one more does not wait for the window to pass', async () => {
    const budget = sharedCallBudget((await createTestBroker(kind)).callWindows, options)
    budget.answered(portalId, 'general', limitIs(100), 0)
    const takeMany = Promise.all(Array.from({ length: 70 }, () => budget.take(portalId, 'general')))
    takeMany.catch(() => {})

    expect(await msOf(() => budget.take(portalId, 'general'))).toBeLessThan(5_000)
    await takeMany
  })

  it('gives each portal its own', async () => {
    const budget = sharedCallBudget((await createTestBroker(kind)).callWindows, options)
    for (let portal = 0n; portal < 6n; portal++) budget.answered(portal, 'general', limitIs(20, 60_000), 0)

    const ms = await msOf(async () => {
      for (let count = 0; count < 60; count++) await budget.take(BigInt(count % 6), 'general')
    })

    expect(ms).toBeLessThan(10_000)
  })

  it.each<[CallKind, number]>([
    ['general', 2],
    ['search', 5],
  ])('keeps to the limit of %s calls', async (callKind, calls) => {
    const budget = sharedCallBudget((await createTestBroker(kind)).callWindows, options)
    budget.answered(portalId, 'general', limitIs(2, 1_000), 0)
    budget.answered(portalId, 'general', {}, 0)

    const ms = await msOf(async () => {
      for (let count = 0; count <= calls; count++) await budget.take(portalId, callKind)
    })

    expect(ms).toBeGreaterThan(950)
  })

  it('takes a call about associations from both limits at once', async () => {
    const budget = sharedCallBudget((await createTestBroker(kind)).callWindows, options)
    budget.answered(portalId, 'general', limitIs(2, 1_000), 0)
    await budget.take(portalId, 'associations')
    await budget.take(portalId, 'associations')

    expect(await msOf(() => budget.take(portalId, 'general'))).toBeGreaterThan(600)
  })

  it('leaves the customer’s other tools the share that it is told', async () => {
    const { callWindows } = await createTestBroker(kind)
    const budget = sharedCallBudget(callWindows, { ...options, sharePercent: 20 })
    budget.answered(portalId, 'general', limitIs(10, 1_000), 0)

    const ms = await msOf(async () => {
      for (let count = 0; count < 5; count++) await budget.take(portalId, 'general')
    })

    expect(ms).toBeGreaterThan(1_950)
  })

  it.each([
    ['name no limit', {}],
    ['name one that nobody can reach', limitIs(1_000_000)],
  ])('holds nobody back where answers %s', async (_name, headers) => {
    const budget = sharedCallBudget((await createTestBroker(kind)).callWindows, options)
    budget.answered(portalId, 'general', headers, 0)

    const ms = await msOf(async () => {
      for (let count = 0; count < 1_000; count++) {
        await budget.take(portalId, count % 2 === 0 ? 'general' : 'associations')
      }
    })

    expect(ms).toBeLessThan(5_000)
  })

  it('lets waiting calls go when the first answer names no limit', async () => {
    const budget = sharedCallBudget((await createTestBroker(kind)).callWindows, options)

    const ms = await msOf(async () => {
      const calls = Promise.all(Array.from({ length: 300 }, () => budget.take(portalId, 'general')))
      await budget.take(78n, 'general')
      budget.answered(portalId, 'general', {}, 0)
      await calls
    })

    expect(ms).toBeLessThan(8_000)
  })

  it('makes every process wait after a refusal, even where answers name no limit', async () => {
    const broker = await createTestBroker(kind)
    const other = await openBroker(broker.options)
    cleanUp(() => other.close())
    const [mine, theirs] = [broker, other].map(({ callWindows }) => sharedCallBudget(callWindows, options))
    mine?.answered(portalId, 'general', {}, 0)

    const begin = Date.now()
    await mine?.refused(portalId, 'general', 1_000, 'rate-limited')
    mine?.answered(portalId, 'general', {}, 0)
    const ends = [mine, theirs].map(async (budget) => {
      await budget?.take(portalId, 'general')
      return Date.now() - begin
    })

    for (const end of await Promise.all(ends)) expect(end).toBeGreaterThan(950)
  })

  it.each<CallKind>(['general', 'search', 'associations'])(
    'refuses %s calls of every process for as long as HubSpot refuses them for hours',
    async (callKind) => {
      const broker = await createTestBroker(kind)
      const other = await openBroker(broker.options)
      cleanUp(() => other.close())
      const [mine, theirs] = [broker, other].map(({ callWindows }) => sharedCallBudget(callWindows, options))

      await mine?.refused(portalId, 'associations', 7_200_000, 'DAILY')
      const error = await theirs?.take(portalId, callKind).catch((thrown: unknown) => thrown)

      expect(error).toBeInstanceOf(HubSpotRateLimitedError)
      expect(error).toMatchObject({ policy: 'DAILY', retryAfterMs: expect.closeTo(7_200_000, -5) })
    },
  )

  it('stops waiting when the signal aborts', async () => {
    const budget = sharedCallBudget((await createTestBroker(kind)).callWindows, options)
    await budget.refused(portalId, 'general', 20_000, 'rate-limited')
    const stop = new AbortController()

    const call = budget.take(portalId, 'general', stop.signal)
    stop.abort(new Error('the worker stops'))

    await expect(call).rejects.toThrow('the worker stops')
  })
})
