import type { GraphQLField } from 'graphql'
import { costOf } from './field-cost.ts'

/**
 * The cost of a field that makes this number of calls to HubSpot, for the cost limit of operations. A call costs as much as
 * 50 rows.
 */
export function callCost(calls: number): number {
  return 50 * calls
}

/** True if the cost of a field includes calls to HubSpot. */
export function callsHubSpot(field: GraphQLField<unknown, unknown>): boolean {
  return (costOf(field).own ?? 0) >= callCost(1)
}
