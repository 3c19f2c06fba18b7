import { setTimeout as sleep } from 'node:timers/promises'
import { withLease } from '../database/lease.ts'
import { recoverRuns } from '../sync/runs/recover-runs.ts'
import type { SyncContext } from '../sync/sync-context.ts'

export interface RunRecovery {
  /** Resolves when the look in hand has ended. */
  stop(): Promise<void>
}

export interface RecoveryOptions {
  readonly everyMs?: number
  /** Puts the ticks back that the broker has lost (B13). */
  ensureTicks?(): Promise<void>
}

/**
 * Enqueues runs that nobody works on, every `everyMs`: those whose job was given up or lost with the queue, and those
 * written down while the broker was away. Each worker process does so; enqueueing twice enqueues once.
 */
export function startRunRecovery(
  context: SyncContext,
  { everyMs = 5_000, ensureTicks = async () => {} }: RecoveryOptions = {},
): RunRecovery {
  const stopping = new AbortController()
  const { signal } = stopping
  const recovering = (async () => {
    while (!signal.aborted) {
      try {
        // By one process at a time: two who find none could otherwise make two.
        await withLease(context.database.pool, 'ticks', ensureTicks)
        const recovered = await recoverRuns(context)
        if (recovered > 0) context.log.warn({ recovered }, 'runs that nobody worked on were enqueued again')
      } catch (error) {
        context.log.error({ err: error }, 'looking for runs to recover failed; the next look follows')
      }
      await sleep(everyMs, undefined, { signal }).catch(() => {})
    }
  })()
  return {
    stop: async () => {
      stopping.abort()
      await recovering
    },
  }
}
