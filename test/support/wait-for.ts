import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits until `condition` returns something true, and returns that. A condition that throws is not true yet.
 * `timeoutMs` only ends a wait for something that never comes, and is not a measure of speed. After it, the last error
 * becomes the cause.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 120_000, everyMs = 20 }: { timeoutMs?: number; everyMs?: number } = {},
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
