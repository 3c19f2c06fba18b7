import { expect, test } from 'vitest'
import { openBroker } from '../../src/broker/open-broker.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createTestBroker, eachBroker } from '../support/test-broker.ts'

eachBroker('a rate limit', (kind) => {
  test('is shared by all processes and kept per key', async () => {
    const broker = await createTestBroker(kind)
    const elsewhere = await openBroker(broker.options)
    cleanUp(() => elsewhere.close())
    const limit = { name: 'search', requests: 2, perSeconds: 60 }
    const here = broker.rateLimiter(limit)
    const there = elsewhere.rateLimiter(limit)

    expect(await here.tryTake('portal-1')).toEqual({ taken: true })
    expect(await there.tryTake('portal-1')).toEqual({ taken: true })
    for (const limiter of [here, there]) {
      expect(await limiter.tryTake('portal-1')).toEqual({ taken: false, retryAfterMs: expect.closeTo(60_000, -4) })
    }
    expect(await there.tryTake('portal-2')).toEqual({ taken: true })
  })

  test('makes the one who is over it wait for the next window', async () => {
    const limiter = (await createTestBroker(kind)).rateLimiter({ name: 'burst', requests: 1, perSeconds: 1 })
    await limiter.take('portal-1')
    const began = performance.now()

    await limiter.take('portal-1')

    expect(performance.now() - began).toBeGreaterThan(500)
  })

  test('can be held for everyone, and the wait be given up', async () => {
    const broker = await createTestBroker(kind)
    const limit = { name: 'calls', requests: 100, perSeconds: 1 }
    await broker.rateLimiter(limit).hold('portal-1', 30_000)

    const waiting = broker.rateLimiter(limit).take('portal-1', AbortSignal.timeout(100))

    await expect(waiting).rejects.toThrow('aborted')
  })
})
