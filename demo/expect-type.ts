interface Failure {
  readonly __typename: string
  readonly message?: string
}

/**
 * Returns the result if it is the successful member of a mutation's union. Throws the failure's message for any other
 * member.
 */
export function expectType<Union extends { __typename: string }, Name extends Union['__typename']>(
  result: Union | null,
  name: Name,
): Extract<Union, { __typename: Name }> {
  if (result === null) throw new Error('The mutation returned nothing.')
  if (result.__typename === name) return result as Extract<Union, { __typename: Name }>
  const failure: Failure = result
  throw new Error(`${failure.__typename}: ${failure.message ?? 'no message'}`)
}
