import { inject } from 'vitest'

/**
 * Number of cases that a property draws: `few` in `npm test`, which every change waits for, and `many` in `npm run
 * test:long`, or the percentage of them in LONG_PERCENT. A file that calls it takes part in both.
 */
export function runs(few: number, many: number): number {
  return Math.max(few, Math.ceil((many * inject('longPercent')) / 100))
}

/** The seed of one of several tests that draw from the same arbitrary in parallel, so that each draws its own cases. */
export function laneSeed(lane: number): number {
  return inject('propertySeed') + lane
}
