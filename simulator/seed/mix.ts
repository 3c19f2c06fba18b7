/**
 * A well-spread 32-bit number for (seed, index, salt). It is the only source of chance, so any row can be computed
 * alone.
 */
export const mix = (seed: number, index: number, salt: number): number => {
  let hash = (seed ^ Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0xc2b2ae35)) | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d)
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** The element of a non-empty list that the number selects. */
export const pick = <T>(list: readonly T[], number: number): T => list[number % list.length] as T
