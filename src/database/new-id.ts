import { randomFillSync } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'

const randomPerId = 16
const pool = new Uint8Array(256 * randomPerId)
let used = pool.length

/**
 * A UUIDv7: ids that are created together are next to each other in an index. The random part comes from a pool, since
 * asking the system for each one costs a bulk load more than parsing a contact.
 */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const random = pool.subarray(used, used + randomPerId)
  used += randomPerId
  return uuidv7({ random })
}
