import { GraphQLError, type ResponsePath } from 'graphql'

/** What one answer has used up of its size while it is built. */
export interface AnswerMeter {
  /** True once more was counted, or read, than the answer may have: nothing more is read or resolved for it. */
  readonly isOver: boolean
  /** The field at which it went over. */
  readonly overAt: ResponsePath | null
  /** Counts bytes that the field `at` adds to the answer. */
  add(bytes: number, at: ResponsePath): void
  /** Ends the answer because a read for the field `at` had more than the answer may have. */
  exceed(at: ResponsePath): void
  /** Runs a read of records that may be heavy. At most two run at once, so that an operation of many pages holds two in memory. */
  inTurn<T>(read: () => Promise<T>): Promise<T>
}

const readsAtOnce = 2

/**
 * What resolvers throw once the meter is over; whoever sends the answer replaces it. It is one error with a path of its own, so that
 * GraphQL does not make an error for each of the thousands of fields that are refused at once.
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
        // The place goes to whoever waits longest.
        const next = waiting.shift()
        if (next === undefined) reading -= 1
        else next()
      }
    },
  }
}
