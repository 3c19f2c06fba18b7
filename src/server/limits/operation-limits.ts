import { GraphQLError } from 'graphql'
import type { Measure } from './measure-operation.ts'

/** Limits of one operation. */
export interface OperationLimits {
  /** Number of nested fields. */
  readonly depth: number
  /** Number of objects that the operation may return, see measureOperation. */
  readonly cost: number
  readonly aliases: number
  /** Number of words and punctuation marks in the document. */
  readonly tokens: number
  /** Nesting of objects and lists, in the document and in the variables. */
  readonly nesting: number
  /** Bytes of a request's body, or of a WebSocket message. */
  readonly bodyBytes: number
  /** Bytes of an answer, or of one event of a subscription. */
  readonly answerBytes: number
  /** Concurrent operations on one WebSocket. */
  readonly operationsPerSocket: number
}

export const defaultLimits: OperationLimits = {
  depth: 12,
  cost: 10_000,
  aliases: 50,
  tokens: 5_000,
  nesting: 100,
  bodyBytes: 1_000_000,
  answerBytes: 10_000_000,
  operationsPerSocket: 100,
}

/**
 * Maximum number of characters that one statement returns. It exceeds the limit of an answer because not every value that is
 * read becomes part of the answer.
 */
export function longestResult({ answerBytes }: Pick<OperationLimits, 'answerBytes'>): number {
  return 2 * answerBytes
}

/** Returns why the operation is rejected before execution, or null if it is within all limits. */
export function refusalOf(measure: Measure, limits: OperationLimits): GraphQLError | null {
  const { cost, depth, aliases } = measure
  if (depth > limits.depth) {
    return refused('DEPTH_LIMIT', `The operation is ${depth} fields deep; at most ${limits.depth} are allowed.`)
  }
  if (aliases > limits.aliases) {
    return refused('ALIAS_LIMIT', `The operation has ${aliases} aliases; at most ${limits.aliases} are allowed.`)
  }
  if (cost > limits.cost) {
    const message = `The operation costs ${cost}; at most ${limits.cost} is allowed. Request smaller pages or fewer fields.`
    return refused('COST_LIMIT', message, { cost: costExtension(measure, limits) })
  }
  return null
}

/** The cost of an operation, as reported in its answer. */
export function costExtension({ cost }: Pick<Measure, 'cost'>, limits: OperationLimits) {
  return { requested: cost, maximum: limits.cost }
}

export function refused(code: string, message: string, more: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...more, http: { status: 400 } } })
}
