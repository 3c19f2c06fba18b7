import { buildSchema, findBreakingChanges, type GraphQLSchema } from 'graphql'

/** The schema of the last release, which clients were built against. A release replaces it. */
export const releasedFile = new URL('../schema.released.graphql', import.meta.url)

/** Changes that would break a client of `released`, one per line. */
export function breakingChanges(released: string, current: GraphQLSchema): string[] {
  return findBreakingChanges(buildSchema(released), current).map(({ type, description }) => `${type}: ${description}`)
}
