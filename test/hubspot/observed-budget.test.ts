import { expect, test } from 'vitest'
import { findBudget, keepBudget } from '../../src/connection/portal-budget.ts'
import { observedBudget, type SeenBudget } from '../../src/hubspot/observed-budget.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { unlimited } from '../support/test-sync.ts'

const headers = {
  'x-hubspot-ratelimit-max': '110',
  'x-hubspot-ratelimit-remaining': '87',
  'x-hubspot-ratelimit-interval-milliseconds': '10000',
}

test('the limits in answers are reported at intervals, for each portal separately', () => {
  const told: [bigint, SeenBudget][] = []
  const budget = observedBudget(unlimited, (portalId, seen) => told.push([portalId, seen]))

  for (let n = 0; n < 5; n++) budget.answered(1n, 'general', headers)
  budget.answered(2n, 'general', {
    ...headers,
    'x-hubspot-ratelimit-daily-remaining': '12',
    'x-hubspot-ratelimit-daily': '250000',
  })
  budget.answered(3n, 'search', {})

  const usual = { limitPerInterval: 110, remaining: 87, intervalMs: 10_000, dailyLimit: null, dailyRemaining: null }
  expect(told).toEqual([
    [1n, usual],
    [2n, { ...usual, dailyLimit: 250_000, dailyRemaining: 12 }],
  ])
})

test('the last values are stored, and values that an answer omits stay as they are', async () => {
  const database = await createTestDatabase()
  const seen = { limitPerInterval: 110, remaining: 87, intervalMs: 10_000, dailyLimit: 250_000, dailyRemaining: 12 }
  await keepBudget(database, 33n, seen, new Date(1_000))
  await keepBudget(database, 33n, { ...seen, remaining: 3, dailyLimit: null, dailyRemaining: null }, new Date(2_000))

  expect(await findBudget(database, 33n)).toEqual({ portalId: 33n, ...seen, remaining: 3, seenAt: new Date(2_000) })
  expect(await findBudget(database, 34n)).toBeNull()
})
