import type { Feed, Look, Told } from '../../followers/feed.ts'
import { News } from '../../followers/news.ts'
import type { SyncRun } from '../../generated/prisma/client.ts'
import { NotFoundError } from '../../user-errors.ts'
import type { SyncContext } from '../sync-context.ts'
import { progressOf } from './progress.ts'
import { hasEnded } from './run-states.ts'

/** A dashboard needs no more than ten states a second; what happens in between is in the next one. */
const minIntervalMs = 100

export interface RunFeedContext {
  readonly announcements: SyncContext['announcements']
  /** The workspace's runs under way, oldest first. */
  openRuns(workspaceId: string): Promise<SyncRun[]>
  /** A run of the workspace; null if there is none. */
  run(workspaceId: string, runId: string): Promise<SyncRun | null>
}

/** The states that a follower was told last, by run; one that has just come was told of none. */
export type RunPlace = ReadonlyMap<string, string>

/**
 * The states of a run: the present one at once, then after each change, and last, once, the one in which it has ended; then
 * the feed is over (B68). What is told is the state that was looked at, for one read anew may be a later one. Without
 * `runId` it tells of every run of the workspace, without end. A look rejects with NotFoundError if the workspace has no
 * such run. Listens until `signal` aborts.
 */
export async function openRunFeed(
  context: RunFeedContext,
  workspaceId: string,
  runId: string | null,
  signal: AbortSignal,
): Promise<Feed<SyncRun, RunPlace>> {
  // Listening begins before the first look, so that no change falls between the two.
  const announced = await context.announcements.subscribe('run-progressed', workspaceId, signal)
  const news = new News(announced, workspaceId, minIntervalMs)

  /** A run may come back to a state that it had before: that is another event. */
  let known = new Map<string, { readonly state: string; readonly version: number }>()
  let versions = 0

  /** The run asked for; or those under way and those that were told of as under way. */
  const read = async (places: readonly RunPlace[]): Promise<readonly SyncRun[]> => {
    const open = await context.openRuns(workspaceId)
    const followed = runId === null ? places.flatMap((place) => [...place.keys()]) : [runId]
    const ended = [...new Set(followed)].filter((id) => !open.some((run) => run.id === id))
    const found = await Promise.all(ended.map((id) => context.run(workspaceId, id)))
    const known = [...found.filter((run) => run !== null), ...open]
    if (runId === null) return known
    const run = known.find(({ id }) => id === runId)
    if (run === undefined) throw new NotFoundError('There is no such sync run.')
    return [run]
  }

  const look = async (places: readonly RunPlace[]): Promise<Look<SyncRun, RunPlace>> => {
    news.looking()
    const runs = (await read(places)).map((run) => {
      const state = stateOf(run)
      const before = known.get(run.id)
      return { run, state, version: before?.state === state ? before.version : ++versions }
    })
    known = new Map(runs.map(({ run, state, version }) => [run.id, { state, version }]))
    const told = places.map((from) => {
      const events: Told<SyncRun, RunPlace>[] = []
      let place = from
      for (const { run, state, version } of runs) {
        // Of one that has ended, those are told who know it as under way.
        if (place.get(run.id) === state || (runId === null && hasEnded(run) && !place.has(run.id))) continue
        place = after(place, run, state)
        events.push({ event: run, key: `${run.id} ${version}`, place })
      }
      return events
    })
    const last = runs.reduce<RunPlace>((place, { run, state }) => after(place, run, state), new Map())
    const isOver = runId !== null && runs.every(({ run }) => hasEnded(run))
    return { told, places: places.map(() => last), hasMore: false, isOver }
  }
  return { look, news: (until) => news.next(until), stir: () => news.stir() }
}

/** What has ended is told once, and then no longer known. */
function after(place: RunPlace, run: SyncRun, state: string): RunPlace {
  const next = new Map(place)
  if (hasEnded(run)) next.delete(run.id)
  else next.set(run.id, state)
  return next
}

function stateOf(run: SyncRun): string {
  return JSON.stringify([run.status, run.phase, progressOf(run)])
}
