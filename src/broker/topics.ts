import { z } from 'zod'

/**
 * What can be announced. An announcement says "check again" and names what changed. Listeners read the state itself
 * from PostgreSQL. Payloads stay far below the 8,000 bytes that PostgreSQL's NOTIFY can carry.
 */
export const topics = {
  'run-progressed': z.object({ runId: z.string() }),
  /** At most 100 ids each. */
  'contacts-changed': z.object({ contactIds: z.array(z.string()) }),
} as const

export type Topic = keyof typeof topics
export type Topics = { [T in Topic]: z.infer<(typeof topics)[T]> }
