import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits until `condition` gives something true and returns it. A condition that throws counts as not yet true; when time
 * is up its error becomes the cause.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 10_000, everyMs = 20 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    let cause: unknown
    try {
      const outcome = await condition()
      if (outcome) return outcome
    } catch (error) {
      cause = error
    }
    if (Date.now() > deadline) throw new Error(`not true within ${timeoutMs} ms: ${condition}`, { cause })
    await sleep(everyMs)
  }
}
