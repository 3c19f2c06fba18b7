import type { GraphQLField } from 'graphql'
import { costOf } from './field-cost.ts'

/**
 * The cost of a field that makes this number of calls to HubSpot, for the cost limit of operations. A call costs as much as
 * 50 rows.
 */
export function callCost(calls: number): number {
  return 50 * calls
}

/** Declares that a field calls HubSpot although its cost does not say so, because many of them share one call. */
export const sharesCall = { callsHubSpot: true } as const

/** True if resolving a field may call HubSpot. */
export function callsHubSpot(field: GraphQLField<unknown, unknown>): boolean {
  return (costOf(field).own ?? 0) >= callCost(1) || field.extensions.callsHubSpot === true
}
