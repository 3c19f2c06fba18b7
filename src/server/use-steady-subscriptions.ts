import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute, type GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { isDatabaseAway, patiently } from '../database/database-away.ts'
import { linkedAbort } from '../followers/linked-abort.ts'
import { LiveSource } from '../followers/live-source.ts'
import { executeWithin } from './limits/execute-within.ts'
import type { OperationLimits } from './limits/operation-limits.ts'
import type { OperationContext } from './operation-context.ts'
import { ResultFrame } from './outlet.ts'
import { SharedSubscriptions } from './shared-subscriptions.ts'

interface Options {
  /** Aborts when the server stops. */
  readonly closing: AbortSignal
  readonly limits: OperationLimits
  mask(error: unknown): GraphQLError
}

/** Executes a subscription's selection for one event, within the limits. */
type AnswerTo = (args: ExecutionArgs, event: unknown) => Promise<ExecutionResult>

/**
 * Keeps subscriptions open during temporary failures, and lets identical ones share their work. While PostgreSQL is
 * unavailable, a new subscription waits until it can begin, and an event until its fields can be read. When the server stops, a subscription is interrupted without
 * completion, so its client can tell this from a regular end.
 */
export function useSteadySubscriptions({ closing, limits, mask }: Options): Plugin {
  const answerTo: AnswerTo = (args, event) => executeWithin(limits, execute, { ...args, rootValue: event })
  const shared = new SharedSubscriptions({
    closing,
    present: async (args, event, signal) => {
      const { errors, ...result } = await answer(() => answerTo(args, event), signal)
      return new ResultFrame({ ...result, ...(errors && { errors: errors.map(mask) }) })
    },
  })
  return {
    onSubscribe: ({ setSubscribeFn }) =>
      setSubscribeFn((args: ExecutionArgs) => subscribe(args, shared, closing, answerTo)),
  }
}

async function subscribe(
  args: ExecutionArgs,
  shared: SharedSubscriptions,
  closing: AbortSignal,
  answerTo: AnswerTo,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const { breakOff, outlet } = args.contextValue as OperationContext
  const source = await openSource(args, closing)
  if (source === null) {
    breakOff?.()
    return nothing()
  }
  if (!(Symbol.asyncIterator in source)) return source
  const events =
    source instanceof LiveSource && outlet !== undefined
      ? shared.follow(source, args, outlet)
      : eventsOf(source[Symbol.asyncIterator](), closing, (event) => answerTo(args, event))
  return breakingOff(events, closing, breakOff)
}

/**
 * Opens the subscription's source of events, or returns why it is refused. Waits while PostgreSQL is unavailable. Returns
 * null if the server stops in the meantime.
 */
async function openSource(args: ExecutionArgs, closing: AbortSignal) {
  try {
    return await patiently(async () => {
      const source = await createSourceEventStream(args)
      if (!(Symbol.asyncIterator in source)) throwIfAway(source)
      return source
    }, closing)
  } catch (error) {
    if (closing.aborted) return null
    throw error
  }
}

async function* nothing(): AsyncIterableIterator<ExecutionResult> {}

/**
 * Passes events on. An error while the server stops becomes an interruption. As with a generator, nothing follows an error:
 * a caller that turns the error into a result and asks for the next one gets the end.
 */
function breakingOff(
  events: AsyncIterableIterator<ExecutionResult>,
  closing: AbortSignal,
  breakOff: OperationContext['breakOff'],
): AsyncIterableIterator<ExecutionResult> {
  const over = { done: true, value: undefined } as const
  let isOver = false
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      if (isOver) return over
      try {
        return await events.next()
      } catch (error) {
        // The consumer may have left in the meantime.
        if (isOver) return over
        isOver = true
        // Errors while the server stops are caused by the stop.
        if (!closing.aborted) throw error
        breakOff?.()
        return over
      }
    },
    async return() {
      isOver = true
      await events.return?.()
      return over
    },
  }
}

function eventsOf(
  source: AsyncIterator<unknown>,
  closing: AbortSignal,
  answerEvent: (event: unknown) => Promise<ExecutionResult>,
): AsyncIterableIterator<ExecutionResult> {
  const leaving = linkedAbort(closing)
  const end = async () => {
    leaving.abort()
    await source.return?.()
    return { done: true, value: undefined } as const
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      try {
        const event = await source.next()
        if (event.done) return end()
        return { done: false, value: await answer(() => answerEvent(event.value), leaving.signal) }
      } catch (error) {
        await end()
        throw error
      }
    },
    return: end,
  }
}

/** Executes the selection for one event, and waits while PostgreSQL is unavailable. */
async function answer(answerEvent: () => Promise<ExecutionResult>, signal: AbortSignal): Promise<ExecutionResult> {
  return patiently(async () => {
    const result = await answerEvent()
    throwIfAway(result)
    return result
  }, signal)
}

function throwIfAway({ errors }: ExecutionResult): void {
  const away = errors?.find(isDatabaseAway)
  if (away !== undefined) throw away
}
