import { z } from 'zod'

/**
 * What can be announced. An announcement says "look again" and names what changed; listeners read the state itself from
 * PostgreSQL. Payloads stay far below the 8000 bytes that PostgreSQL's NOTIFY carries.
 */
export const topics = {
  'run-progressed': z.object({ runId: z.string() }),
  /** At most 100 ids each. */
  'contacts-changed': z.object({ contactIds: z.array(z.string()) }),
} as const

export type Topic = keyof typeof topics
export type Topics = { [T in Topic]: z.infer<(typeof topics)[T]> }
