import { describe, expect, it } from 'vitest'
import { msUntilDailyReset } from '../../src/hubspot/daily-reset.ts'

/** Five seconds after midnight, to allow for clock differences. */
const resetAfter = (timeZone: string, now: string) =>
  new Date(Date.parse(now) + msUntilDailyReset(timeZone, Date.parse(now)) - 5_000).toISOString()

describe('the daily limit is reset at midnight in the portal’s time zone', () => {
  it.each([
    ['UTC', '2026-11-24T12:00:00.000Z', '2026-11-25T00:00:00.000Z'],
    ['US/Eastern', '2026-11-24T12:00:00.123Z', '2026-11-25T05:00:00.000Z'],
    ['US/Eastern', '2026-11-24T04:59:59.000Z', '2026-11-24T05:00:00.000Z'],
    ['Asia/Kolkata', '2026-11-24T18:29:00.000Z', '2026-11-24T18:30:00.000Z'],
    // A day with 25 hours, and one with 23.
    ['Europe/Berlin', '2026-10-24T23:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    ['Europe/Berlin', '2026-03-28T23:30:00.000Z', '2026-03-29T22:00:00.000Z'],
    // At midnight, the clock moves on to one.
    ['Africa/Cairo', '2026-04-23T12:00:00.000Z', '2026-04-23T22:00:00.000Z'],
    ['no such zone', '2026-11-24T23:00:00.000Z', '2026-11-25T00:00:00.000Z'],
  ])('%s at %s: %s', (timeZone, now, reset) => {
    expect(resetAfter(timeZone, now)).toBe(reset)
  })
})
