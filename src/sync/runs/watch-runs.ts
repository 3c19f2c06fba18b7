import { pause, WakeUp } from '../../broker/wake-up.ts'
import { patiently } from '../../database/database-away.ts'
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
 * ended; then it completes (B68). What is yielded is the state that was looked at, for one read anew may be a later one.
 * Without `runId` it follows every run of the workspace, without end. While the database is away it waits. When `signal`
 * aborts it throws its reason, so that only a run that has ended completes. Throws NotFoundError if the workspace has no
 * such run.
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
  const wakeUp = new WakeUp(await context.announcements.subscribe('run-progressed', workspaceId, until))
  const seen = new Map<string, string>()
  try {
    for (;;) {
      for (const run of await patiently(() => look(context, workspaceId, runId, [...seen.keys()]), until)) {
        const state = JSON.stringify([run.status, run.phase, progressOf(run)])
        if (seen.get(run.id) === state) continue
        yield run
        if (runId !== null && hasEnded(run)) return
        if (hasEnded(run)) seen.delete(run.id)
        else seen.set(run.id, state)
      }
      await pause(minIntervalMs, until)
      await wakeUp.wait(lookAgainMs, until)
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
    if (run === null) throw new NotFoundError('The sync run does not exist.')
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
