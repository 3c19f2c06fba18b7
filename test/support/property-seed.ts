import { randomInt } from 'node:crypto'

/**
 * The seed of property-based tests. PROPERTY_SEED is a number, which draws the same cases each time, or "random", which
 * draws a new number.
 */
export function propertySeed(unlessSet: '1' | 'random'): number {
  const { PROPERTY_SEED: asked = unlessSet } = process.env
  if (asked === 'random') return randomInt(1, 2 ** 31)
  const seed = Number(asked)
  if (!Number.isInteger(seed))
    throw new Error(`PROPERTY_SEED is ${JSON.stringify(asked)}: give an integer, or "random"`)
  return seed
}
