/** What a field costs, for the limit on operations, that makes as many calls to HubSpot. A call is worth 50 rows. */
export function callCost(calls: number): number {
  return 50 * calls
}
