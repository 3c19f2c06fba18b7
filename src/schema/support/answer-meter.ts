import { GraphQLError, type ResponsePath } from 'graphql'

/** Measures one answer while it is built. */
export interface AnswerMeter {
  /** True once the answer is too large. From then on, nothing more is read or resolved for it. */
  readonly isOver: boolean
  /** The field at which the answer became too large. Null before that. */
  readonly overAt: ResponsePath | null
  /** Counts the bytes that the field `at` adds to the answer. */
  add(bytes: number, at: ResponsePath): void
  /** Makes the answer count as too large, because a read for the field `at` returned too much. */
  exceed(at: ResponsePath): void
  /** Runs a read of a page. At most two run at the same time, so that an operation with many pages holds two of them in memory. */
  inTurn<T>(read: () => Promise<T>): Promise<T>
}

const readsAtOnce = 2

/**
 * Resolvers throw this error once the answer is too large, and `executeWithin` replaces it. It is a single instance with a
 * path, because GraphQL would otherwise create an error for each of the thousands of rejected fields.
 */
export const answerIsOver = new GraphQLError('The answer is too large.', { path: [] })

export function openAnswerMeter(maximumBytes: number): AnswerMeter {
  let bytes = 0
  let overAt: ResponsePath | null = null
  let reading = 0
  const waiting: (() => void)[] = []
  return {
    get isOver() {
      return overAt !== null
    },
    get overAt() {
      return overAt
    },
    add: (more, at) => {
      bytes += more
      if (bytes > maximumBytes) overAt ??= at
    },
    exceed: (at) => {
      overAt ??= at
    },
    inTurn: async (read) => {
      if (reading < readsAtOnce) reading += 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        if (overAt !== null) throw answerIsOver
        return await read()
      } finally {
        // The place goes to the caller that has waited longest.
        const next = waiting.shift()
        if (next === undefined) reading -= 1
        else next()
      }
    },
  }
}
