import { expect, it } from 'vitest'
import { openBroker } from '../../src/broker/open-broker.ts'
import { sharedCallBudget } from '../../src/hubspot/call-budget.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createTestBroker, eachBroker } from '../support/test-broker.ts'
import { openSimulatedPortal } from './simulated-portal.ts'

const portalId = 77n
const maxIs = (calls: number) => ({ 'x-hubspot-ratelimit-max': String(calls) })

/** How long the work takes. Lower bounds leave 50 ms to clocks that round, upper ones seconds to a busy machine. */
async function msOf(work: () => Promise<unknown>): Promise<number> {
  const begin = Date.now()
  await work()
  return Date.now() - begin
}

eachBroker('the call budget', (kind) => {
  it('lets two processes together make ten calls in a second, until HubSpot says otherwise', async () => {
    const broker = await createTestBroker(kind)
    const other = await openBroker(broker.options)
    cleanUp(() => other.close())
    const budgets = [broker, other].map(({ rateLimiter }) => sharedCallBudget(rateLimiter, 'app'))

    const begin = Date.now()
    const times: number[] = []
    const take = async (number: number) => {
      await budgets[number % 2]?.take(portalId, 'general')
      times.push(Date.now() - begin)
    }
    await Promise.all(Array.from({ length: 25 }, (_, number) => take(number)))

    // Windows follow each other and the first begins no sooner than the test; 50 ms are for clocks that round.
    expect(times[10]).toBeGreaterThan(950)
    expect(times[20]).toBeGreaterThan(1_950)
  })

  it('gives each portal its own', async () => {
    const { rateLimiter } = await createTestBroker(kind)
    const budget = sharedCallBudget(rateLimiter, 'app')

    const ms = await msOf(async () => {
      for (let count = 0; count < 60; count++) await budget.take(BigInt(count % 6), 'general')
    })

    expect(ms).toBeLessThan(4_000)
  })

  it('follows the ceiling that HubSpot’s answers name', async () => {
    const { rateLimiter } = await createTestBroker(kind)
    const budget = sharedCallBudget(rateLimiter, 'app')
    budget.answered(portalId, 'general', maxIs(22))

    const ms = await msOf(async () => {
      for (let count = 0; count < 3; count++) await budget.take(portalId, 'general')
    })

    expect(ms).toBeGreaterThan(950)
  })

  it.each([
    ['name no limit', {}],
    ['name one that nobody can reach', maxIs(1_000_000)],
  ])('holds nobody back where answers %s', async (_name, headers) => {
    const { rateLimiter } = await createTestBroker(kind)
    const budget = sharedCallBudget(rateLimiter, 'app')
    budget.answered(portalId, 'general', headers)

    const ms = await msOf(async () => {
      for (let count = 0; count < 1_000; count++) {
        await budget.take(portalId, count % 2 === 0 ? 'general' : 'associations')
      }
    })

    expect(ms).toBeLessThan(5_000)
  })

  it('keeps to a limit once named, whatever a later answer leaves out', async () => {
    const { rateLimiter } = await createTestBroker(kind)
    const budget = sharedCallBudget(rateLimiter, 'app')
    budget.answered(portalId, 'general', maxIs(11))
    budget.answered(portalId, 'general', {})

    const ms = await msOf(async () => {
      for (let count = 0; count < 2; count++) await budget.take(portalId, 'general')
    })

    expect(ms).toBeGreaterThan(950)
  })

  it('lets waiting calls go when the first answer names no limit', async () => {
    const { rateLimiter } = await createTestBroker(kind)
    const budget = sharedCallBudget(rateLimiter, 'app')

    const ms = await msOf(async () => {
      const calls = Promise.all(Array.from({ length: 100 }, () => budget.take(portalId, 'general')))
      await budget.take(78n, 'general')
      budget.answered(portalId, 'general', {})
      await calls
    })

    expect(ms).toBeLessThan(5_000)
  })

  it('makes every process wait after a refusal, even where answers name no limit', async () => {
    const broker = await createTestBroker(kind)
    const other = await openBroker(broker.options)
    cleanUp(() => other.close())
    const [mine, theirs] = [broker, other].map(({ rateLimiter }) => sharedCallBudget(rateLimiter, 'app'))
    mine?.answered(portalId, 'general', {})

    const begin = Date.now()
    await mine?.refused(portalId, 'general', 1_000)
    mine?.answered(portalId, 'general', {})
    const ends = [mine, theirs].map(async (budget) => {
      await budget?.take(portalId, 'general')
      return Date.now() - begin
    })

    for (const end of await Promise.all(ends)) expect(end).toBeGreaterThan(950)
  })

  it('stops waiting when the signal aborts', async () => {
    const { rateLimiter } = await createTestBroker(kind)
    const budget = sharedCallBudget(rateLimiter, 'app')
    await budget.refused(portalId, 'general', 60_000)
    const stop = new AbortController()

    const call = budget.take(portalId, 'general', stop.signal)
    stop.abort(new Error('the worker stops'))

    await expect(call).rejects.toThrow('the worker stops')
  })
})

it('never meets the limit that HubSpot counts over any ten seconds', async () => {
  const { rateLimiter } = await createTestBroker()
  const budget = sharedCallBudget(rateLimiter, 'app')
  const { simulator, portal } = await openSimulatedPortal({ budget, portals: [{ contacts: 20, rateLimit: 55 }] })
  await portal.accountInfo()

  await Promise.all(Array.from({ length: 58 }, () => portal.membershipPage('42', { after: null, limit: 1 })))

  expect(simulator.requests.statuses).toEqual({ 200: 59 })
})

it('slows nothing down in a portal without limits', async () => {
  const { rateLimiter } = await createTestBroker()
  const budget = sharedCallBudget(rateLimiter, 'app')
  const { portal } = await openSimulatedPortal({ budget, portals: [{ contacts: 20, rateLimit: null }] })
  await portal.accountInfo()

  const ms = await msOf(async () => {
    for (let count = 0; count < 100; count++) await portal.membershipPage('42', { after: null, limit: 1 })
  })

  expect(ms).toBeLessThan(8_000)
})
