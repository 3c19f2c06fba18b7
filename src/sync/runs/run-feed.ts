import type { Feed, Look, Told } from '../../followers/feed.ts'
import { News } from '../../followers/news.ts'
import type { SyncRun } from '../../generated/prisma/client.ts'
import { NotFoundError } from '../../user-errors.ts'
import type { SyncContext } from '../sync-context.ts'
import { progressOf } from './progress.ts'
import { hasEnded } from './run-states.ts'

/** A dashboard needs at most ten states a second. Changes in between are part of the next state. */
const minIntervalMs = 100

export interface RunFeedContext {
  readonly announcements: SyncContext['announcements']
  /** Returns the workspace's open runs, oldest first. */
  openRuns(workspaceId: string): Promise<SyncRun[]>
  /** Returns a run of the workspace, or null if there is none. */
  run(workspaceId: string, runId: string): Promise<SyncRun | null>
}

/** The last state that a follower received of each run. Empty for a follower that has just joined. */
export type RunPlace = ReadonlyMap<string, string>

/**
 * The states of a run: first the current state, then the state after each change, and finally, once, its final state, after
 * which the feed is over (B68). An event contains exactly the state that was read by the look, since a later read could
 * return a later state. Without `runId`, the feed covers every run of the workspace and never ends. A look rejects with
 * NotFoundError if the workspace has no such run. Listens until `signal` aborts.
 */
export async function openRunFeed(
  context: RunFeedContext,
  workspaceId: string,
  runId: string | null,
  signal: AbortSignal,
): Promise<Feed<SyncRun, RunPlace>> {
  // Starts to listen before the first look, so that no change is missed in between.
  const announced = await context.announcements.subscribe('run-progressed', workspaceId, signal)
  const news = new News(announced, workspaceId, minIntervalMs)

  /** The version makes a different event of a state that a run returns to. */
  let known = new Map<string, { readonly state: string; readonly version: number }>()
  let versions = 0

  /** Reads the requested run, or the open runs and the runs that followers know as open. */
  const read = async (places: readonly RunPlace[]): Promise<readonly SyncRun[]> => {
    const open = await context.openRuns(workspaceId)
    const followed = runId === null ? places.flatMap((place) => [...place.keys()]) : [runId]
    const ended = [...new Set(followed)].filter((id) => !open.some((run) => run.id === id))
    const found = await Promise.all(ended.map((id) => context.run(workspaceId, id)))
    const known = [...found.filter((run) => run !== null), ...open]
    if (runId === null) return known
    const run = known.find(({ id }) => id === runId)
    if (run === undefined) throw new NotFoundError('The sync run does not exist.')
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
        // A run that has ended is reported only to followers that know it as open.
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

/** A run that has ended is reported once and then removed. */
function after(place: RunPlace, run: SyncRun, state: string): RunPlace {
  const next = new Map(place)
  if (hasEnded(run)) next.delete(run.id)
  else next.set(run.id, state)
  return next
}

function stateOf(run: SyncRun): string {
  return JSON.stringify([run.status, run.phase, progressOf(run)])
}
