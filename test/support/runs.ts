import { inject } from 'vitest'

/**
 * How many cases a property draws: `few` where a change waits for them (`npm test`), `many` in `npm run test:long`, or the
 * part of them that LONG_PERCENT names. A file that asks takes part in both.
 */
export function runs(few: number, many: number): number {
  return Math.max(few, Math.ceil((many * inject('longPercent')) / 100))
}

/** The seed of one of several tests that draw from the same arbitrary side by side: each draws cases of its own. */
export function laneSeed(lane: number): number {
  return inject('propertySeed') + lane
}
