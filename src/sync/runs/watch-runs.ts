import { setTimeout as sleep } from 'node:timers/promises'
import type { SyncRun } from '../../generated/prisma/client.ts'
import { NotFoundError } from '../../user-errors.ts'
import type { SyncContext } from '../sync-context.ts'
import { progressOf } from './progress.ts'
import { hasEnded, openStatuses } from './run-states.ts'

/** Announcements may be lost; every so often a watcher looks by itself. */
const lookAgainMs = 5_000
/** A dashboard needs no more than ten states a second; what happens in between is in the next one. */
const minIntervalMs = 100

type Watched = Pick<SyncContext, 'database' | 'announcements'>

/**
 * Yields the states of a run: the present one at once, then after each change, and last, once, the one in which it has
 * ended; then it completes (B68). What is yielded is the state that was looked at, for one read anew may be a later one. Without `runId` it follows every run of the workspace
 * and ends with the signal alone. Throws NotFoundError if the workspace has no such run.
 */
export async function* watchRuns(
  context: Watched,
  workspaceId: string,
  runId: string | null,
  signal: AbortSignal,
): AsyncGenerator<SyncRun> {
  const leaving = new AbortController()
  const until = AbortSignal.any([signal, leaving.signal])
  // Listening begins before the first look, so that no change falls between the two.
  const announced = await context.announcements.subscribe('run-progressed', workspaceId, until)
  const announcements = announced[Symbol.asyncIterator]()
  const seen = new Map<string, string>()
  let next = announcements.next()
  try {
    while (!until.aborted) {
      for (const run of await look(context, workspaceId, runId, [...seen.keys()])) {
        const state = JSON.stringify([run.status, run.phase, progressOf(run)])
        if (seen.get(run.id) === state) continue
        yield run
        if (runId !== null && hasEnded(run)) return
        if (hasEnded(run)) seen.delete(run.id)
        else seen.set(run.id, state)
      }
      await pause(minIntervalMs, until)
      if (await isHeard(next, until)) next = announcements.next()
    }
  } finally {
    leaving.abort()
  }
}

/** The run asked for; or those under way and those that were at the last look. */
async function look(
  context: Watched,
  workspaceId: string,
  runId: string | null,
  seenIds: readonly string[],
): Promise<SyncRun[]> {
  const { prisma } = context.database
  if (runId !== null) {
    const run = await prisma.syncRun.findFirst({ where: { id: runId, workspaceId } })
    if (run === null) throw new NotFoundError('There is no such sync run.')
    return [run]
  }
  return prisma.syncRun.findMany({
    where: {
      workspaceId,
      OR: [{ status: { in: [...openStatuses] } }, { id: { in: [...seenIds] } }],
    },
    orderBy: { createdAt: 'asc' },
  })
}

/** Waits for the next announcement, and no longer than a watcher may go without looking. */
async function isHeard(next: Promise<unknown>, until: AbortSignal): Promise<boolean> {
  const heard = new AbortController()
  const answer = await Promise.race([
    next.then(() => true),
    pause(lookAgainMs, AbortSignal.any([until, heard.signal])).then(() => false),
  ])
  heard.abort()
  return answer
}

async function pause(ms: number, until: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: until }).catch(() => {})
}
