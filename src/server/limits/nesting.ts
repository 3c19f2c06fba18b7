import { type GraphQLError, Lexer, Source, TokenKind } from 'graphql'
import { type OperationLimits, refused } from './operation-limits.ts'

const opening: readonly string[] = [TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]
const closing: readonly string[] = [TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]

/**
 * Throws if the document nests too deeply. The parser, the validation rules, and the executor recurse into each level, so a
 * document with many levels would overflow the stack. Reads only tokens; the parser rejects what is not GraphQL.
 */
export function requireShallowDocument(
  text: string | Source,
  { nesting, tokens }: Pick<OperationLimits, 'nesting' | 'tokens'>,
): void {
  const lexer = new Lexer(typeof text === 'string' ? new Source(text) : text)
  let depth = 0
  try {
    for (let read = 0; read <= tokens; read++) {
      const { kind } = lexer.advance()
      if (kind === TokenKind.EOF) return
      if (opening.includes(kind)) depth += 1
      if (closing.includes(kind)) depth -= 1
      if (depth > nesting) break
    }
  } catch {
    return
  }
  if (depth > nesting) throw tooDeep('The document nests', nesting)
}

/** Returns why the variables are rejected, or null if their nesting is within the limit. */
export function nestingProblem(variables: unknown, { nesting }: Pick<OperationLimits, 'nesting'>): GraphQLError | null {
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value: variables, depth: 0 }]
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const { value, depth } = part
    if (typeof value !== 'object' || value === null) continue
    if (depth > nesting) return tooDeep('The variables nest', nesting)
    for (const inner of Object.values(value)) waiting.push({ value: inner, depth: depth + 1 })
  }
  return null
}

function tooDeep(subject: string, nesting: number): GraphQLError {
  return refused('NESTING_LIMIT', `${subject} more than ${nesting} levels deep. Use fewer levels.`)
}
