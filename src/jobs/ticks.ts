import type { Queue } from 'bullmq'
import { tickJob } from './definitions.ts'

/** How late an automatic run may start. */
const tickEveryMs = 10_000
/** A scheduler whose next tick is this late has lost it, unless no worker runs. */
const lostAfterMs = 6 * tickEveryMs

/**
 * Has the queue make a tick every ten seconds, one for all processes; does nothing while that goes on. Call it under a lease. What is due at a tick stands in PostgreSQL, so a broker that was flushed delays it and loses nothing (B13).
 */
export async function ensureTicks(queue: Queue, everyMs = tickEveryMs): Promise<void> {
  const scheduler = await queue.getJobScheduler(tickJob.name)
  const isAlive =
    scheduler?.every !== undefined &&
    Number(scheduler.every) === everyMs &&
    (scheduler.next ?? 0) > Date.now() - lostAfterMs
  if (isAlive) return
  await queue.upsertJobScheduler(tickJob.name, { every: everyMs }, { name: tickJob.name, data: {} })
}
