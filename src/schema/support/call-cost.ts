/**
 * The cost of a field that makes this number of calls to HubSpot, for the cost limit of operations. A call costs as much as
 * 50 rows.
 */
export function callCost(calls: number): number {
  return 50 * calls
}
