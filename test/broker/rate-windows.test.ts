import { expect, test } from 'vitest'
import { openBroker } from '../../src/broker/open-broker.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createTestBroker, eachBroker } from '../support/test-broker.ts'
import { waitFor } from '../support/wait-for.ts'

eachBroker('a rate window', (kind) => {
  test('counts the points of all processes per key', async () => {
    const one = await createTestBroker(kind)
    const other = await openBroker(one.options)
    cleanUp(() => other.close())

    const first = await one.rateWindows.add('workspace-1:token-1', 5, 60)
    const second = await other.rateWindows.add('workspace-1:token-1', 7, 60)
    const elsewhere = await other.rateWindows.add('workspace-2:token-1', 1, 60)

    expect([first, second, elsewhere].map(({ points }) => points)).toEqual([5, 12, 1])
    expect(second.endsInMs).toBeGreaterThan(0)
    expect(second.endsInMs).toBeLessThanOrEqual(60_000)
  })

  test('ends after its duration, and the next points start a new window', async () => {
    const { rateWindows } = await createTestBroker(kind)
    await rateWindows.add('workspace-1', 100, 1)

    const counted = await waitFor(async () => {
      const { points } = await rateWindows.add('workspace-1', 1, 1)
      return points < 100 ? points : null
    })

    expect(counted).toBe(1)
  })
})
