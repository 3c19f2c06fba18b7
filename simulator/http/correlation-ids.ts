import { createHash } from 'node:crypto'

/** Ids in the form of UUIDs, the same in every run. */
export const correlationIds = (): (() => string) => {
  let count = 0
  return () => {
    const hex = createHash('sha256').update(String(count++)).digest('hex')
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `a${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join('-')
  }
}
