import { GraphQLError, GraphQLID, type GraphQLScalarType, GraphQLString } from 'graphql'

/**
 * True unless the text contains NUL, which PostgreSQL cannot store, or half of a surrogate pair, which is not a character.
 */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

/**
 * Returns the value if all text in it, including keys, can be stored. Does not recurse, since a value may be deeply nested.
 */
export function requireStorable<T>(value: T): T {
  const waiting: unknown[] = [value]
  while (waiting.length > 0) {
    const part = waiting.pop()
    if (typeof part === 'string' && !isStorable(part)) {
      throw new GraphQLError('The text contains NUL or half of a surrogate pair. Remove those characters.')
    }
    if (typeof part !== 'object' || part === null) continue
    for (const [key, inner] of Object.entries(part)) waiting.push(key, inner)
  }
  return value
}

/**
 * Makes the built-in scalars reject such text, in variables and in documents, so that no argument accepts it. They are
 * changed in place because a GraphQL schema allows no other scalars with these names.
 */
function refuseUnstorable(scalar: GraphQLScalarType): void {
  const { parseValue, parseLiteral } = scalar
  scalar.parseValue = (value) => requireStorable(parseValue(value))
  scalar.parseLiteral = (node, variables) => requireStorable(parseLiteral(node, variables))
}

refuseUnstorable(GraphQLString)
refuseUnstorable(GraphQLID)
