/** Random draws that depend only on a seed, so that a case can be repeated. */
export interface Dice {
  /** A whole number from 0 to `below` - 1. */
  below(below: number): number
  /** True once in `times` draws. */
  oneIn(times: number): boolean
  pick<T>(from: readonly T[]): T
}

/** The dice for one case of a run. Cases do not depend on each other. */
export function diceOf(seed: number, index: number): Dice {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0
  // Mulberry32: short, and uniform enough to choose among a few.
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    oneIn: (times) => below(times) === 0,
    pick: <T>(from: readonly T[]) => from[below(from.length)] as T,
  }
}
