const DAY_MS = 24 * 3_600_000
/** Allows for clock differences, and keeps customers from all returning in the same second. */
const graceMs = 5_000

/**
 * Milliseconds until HubSpot's daily limit is reset: at midnight in the portal's time zone (an IANA name; UTC if this
 * system does not know it).
 */
export function msUntilDailyReset(timeZone: string, now: number): number {
  const clock = clockOf(timeZone)
  let midnight = now + DAY_MS - timeOfDay(clock, now)
  // On a day of 23 or 25 hours, this is one hour off.
  const off = timeOfDay(clock, midnight)
  if (off > DAY_MS / 2) midnight += DAY_MS - off
  else if (off > 0 && timeOfDay(clock, midnight - off) === 0) midnight -= off
  return midnight - now + graceMs
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const options = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const
  try {
    return new Intl.DateTimeFormat('en', { ...options, timeZone })
  } catch {
    return new Intl.DateTimeFormat('en', { ...options, timeZone: 'UTC' })
  }
}

/** Milliseconds since midnight according to the clock. */
function timeOfDay(clock: Intl.DateTimeFormat, at: number): number {
  const parts = new Map(clock.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const [hour = 0, minute = 0, second = 0] = ['hour', 'minute', 'second'].map((type) => parts.get(type as 'hour'))
  return ((hour * 60 + minute) * 60 + second) * 1_000 + (at % 1_000)
}
