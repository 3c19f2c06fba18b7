import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  OperationTypeNode,
  type ResponsePath,
} from 'graphql'
import { type AnswerMeter, openAnswerMeter } from '../../schema/support/answer-meter.ts'
import { jsonBytes } from '../../schema/support/json-bytes.ts'
import { executeCompiled } from '../compiled/execute-compiled.ts'
import type { OperationLimits } from './operation-limits.ts'

type Execute = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>
type Limits = Pick<OperationLimits, 'answerBytes'>

/**
 * Executes an operation, or the selection for one event of a subscription: compiled if possible. Stops as soon as the answer is too large:
 * resolvers count what they add (see AnswerSizePlugin). The finished result is measured as well, because errors and
 * introspection have no such resolvers.
 */
export async function executeWithin(limits: Limits, execute: Execute, args: ExecutionArgs): Promise<ExecutionResult> {
  const { answerBytes } = limits
  const compiled = await executeCompiled(withMeter(args, openAnswerMeter(answerBytes)), answerBytes)
  const answer = openAnswerMeter(answerBytes)
  if (compiled === 'TOO_LARGE') return cutOff({}, answer, { limits, args })
  if (compiled !== 'NOT_COMPILED') return compiled
  const result = await execute(withMeter(args, answer))
  const isTooLarge = answer.isOver || jsonBytes(result, limits.answerBytes) > limits.answerBytes
  return isTooLarge ? cutOff(result, answer, { limits, args }) : result
}

function withMeter(args: ExecutionArgs, answer: AnswerMeter): ExecutionArgs {
  return { ...args, contextValue: { ...(args.contextValue as object), answer } }
}

/**
 * Returns what remains of an answer that is too large. A query has no data left. A mutation keeps the results that were
 * complete before.
 */
function cutOff(
  { data, errors = [] }: ExecutionResult,
  { overAt }: AnswerMeter,
  { limits, args: { document, operationName } }: { readonly limits: Limits; readonly args: ExecutionArgs },
): ExecutionResult {
  const isMutation = getOperationAST(document, operationName)?.operation === OperationTypeNode.MUTATION
  if (!isMutation || data == null) {
    return { data: null, errors: [tooLarge(`${beyond(limits)} Ask for fewer fields or smaller pages.`, limits)] }
  }
  const names = Object.keys(data)
  // Mutations are executed in sequence, so every mutation before the one that exceeded the limit is complete.
  const complete = overAt === null ? [] : names.slice(0, names.indexOf(rootNameOf(overAt)))
  const refused = names.slice(complete.length).map((name, index) => {
    const isExecuted = overAt === null || index === 0
    return tooLarge(isExecuted ? leftOut(limits) : notExecuted(limits), limits, name)
  })
  return {
    data: Object.fromEntries(names.map((name) => [name, complete.includes(name) ? data[name] : null])),
    errors: [...errors.filter(({ path }) => complete.includes(String(path?.[0]))), ...refused],
  }
}

function tooLarge(message: string, { answerBytes }: Limits, name?: string): GraphQLError {
  const extensions = { code: 'ANSWER_TOO_LARGE', maximumBytes: answerBytes }
  return new GraphQLError(message, { extensions, ...(name !== undefined && { path: [name] }) })
}

function beyond({ answerBytes }: Limits): string {
  return `The answer would have more than ${answerBytes} bytes.`
}

function leftOut(limits: Limits): string {
  return `${beyond(limits)} The mutation was executed, but its result is left out. Read what it changed, with fewer fields.`
}

function notExecuted(limits: Limits): string {
  return `${beyond(limits)} The mutation was not executed. Send it again, in an operation of its own.`
}

function rootNameOf(path: ResponsePath): string {
  return path.prev === undefined ? String(path.key) : rootNameOf(path.prev)
}
