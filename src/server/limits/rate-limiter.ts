import type { Logger } from 'pino'
import type { Session } from '../../auth/authenticate.ts'
import type { RateWindows } from '../../broker/rate-windows.ts'

/** What may be asked for in a window of time, in points. A point is what `measureOperation` calls a cost of 1. */
export interface RateLimits {
  /** For each API token, or for each user of JSON Web Tokens. */
  readonly perToken: number
  /** For all tokens and users of a workspace together. */
  readonly perWorkspace: number
  readonly windowSeconds: number
}

export const defaultRateLimits: RateLimits = { perToken: 2_000_000, perWorkspace: 5_000_000, windowSeconds: 60 }

export type RateLimitName = 'token' | 'workspace'

/** Where a caller stands with one of the limits. */
export interface RateStanding {
  readonly name: RateLimitName
  readonly limit: number
  readonly remaining: number
  /** Until the window ends and all of the limit remains again. */
  readonly endsInMs: number
}

/** The credentials that are counted, and their workspace. */
export type Caller = Pick<Session, 'viewer' | 'credentialId'>

export interface RateLimiter {
  readonly limits: RateLimits
  /** Takes the points from both limits of the caller, or from neither. Returns the limit that has too few left, else null. */
  take(caller: Caller, points: number): RateStanding | null
  /** Both limits, the token's first. */
  standings(caller: Caller): readonly [RateStanding, RateStanding]
  close(): void
}

interface Options {
  readonly limits: RateLimits
  /** Where all processes count together. */
  readonly shared: RateWindows
  readonly log: Pick<Logger, 'warn' | 'info'>
  /** Told of each refusal. */
  readonly refused: (by: RateLimitName) => void
}

/** What this process knows of a key's window. */
interface Window {
  readonly key: string
  /** By all processes, as far as this one was told. */
  counted: number
  /** The part of `counted` that the other processes were not told of. */
  unreported: number
  /** By `performance.now()`. */
  endsAt: number
  isReporting: boolean
  hasRefused: boolean
}

/** Together with `reportAtShare` this is how far the count of one process is behind those of the others. */
const reportEveryMs = 500
const reportAtShare = 0.01

/**
 * Counts in this process, so that no operation waits for the broker, and tells the other processes in the background: twice a
 * second, and at once where a hundredth of a limit was spent. Each process therefore lets through at most what it is asked
 * for until it hears of the others. While the broker is away each process counts by itself, and tells the others later.
 */
export function openRateLimiter({ limits, shared, log, refused }: Options): RateLimiter {
  const windowMs = limits.windowSeconds * 1_000
  const windows = new Map<string, Window>()
  let triedAt = Number.NEGATIVE_INFINITY
  let isAway = false
  let isClosed = false

  const windowOf = (key: string): Window => {
    const known = windows.get(key)
    if (known !== undefined && known.endsAt > performance.now()) return known
    const endsAt = performance.now() + windowMs
    const begun = { key, counted: 0, unreported: 0, endsAt, isReporting: false, hasRefused: false }
    windows.set(key, begun)
    return begun
  }

  const report = async (window: Window): Promise<void> => {
    if (window.isReporting || window.unreported === 0 || isClosed) return
    const points = window.unreported
    window.unreported = 0
    window.isReporting = true
    try {
      const all = await shared.add(window.key, points, limits.windowSeconds)
      window.counted = all.points + window.unreported
      window.endsAt = performance.now() + Math.min(all.endsInMs, windowMs)
      if (isAway) log.info('the rate limits are shared with the other API processes again')
      isAway = false
    } catch (error) {
      window.unreported += points
      triedAt = performance.now()
      if (!isAway && !isClosed) {
        log.warn({ err: error }, 'the broker is away: this process keeps the rate limits by itself until it is back')
      }
      isAway = true
    } finally {
      window.isReporting = false
    }
  }

  const spend = (window: Window, limit: number, points: number) => {
    window.counted += points
    window.unreported += points
    const isDue = window.unreported >= limit * reportAtShare
    if (isDue && (!isAway || triedAt + reportEveryMs < performance.now())) void report(window)
  }

  const tellOthers = setInterval(() => {
    for (const [key, window] of windows) {
      if (window.endsAt <= performance.now()) windows.delete(key)
      else void report(window)
    }
  }, reportEveryMs)
  tellOthers.unref()

  const standing = (name: RateLimitName, limit: number, { counted, endsAt }: Window): RateStanding => ({
    name,
    limit,
    remaining: Math.max(0, limit - counted),
    endsInMs: Math.max(0, endsAt - performance.now()),
  })

  const windowsOf = ({ viewer: { workspaceId }, credentialId }: Caller) => ({
    token: windowOf(`${workspaceId}:${credentialId}`),
    workspace: windowOf(workspaceId),
  })

  /** A line for each window, however many requests it refuses. */
  const tell = (window: Window, { viewer: { workspaceId }, credentialId }: Caller) => {
    if (window.hasRefused) return
    window.hasRefused = true
    log.info({ workspaceId, credentialId, key: window.key }, 'requests are refused until a rate limit is whole again')
  }

  const standingsOf = (caller: Caller): [RateStanding, RateStanding] => {
    const { token, workspace } = windowsOf(caller)
    return [standing('token', limits.perToken, token), standing('workspace', limits.perWorkspace, workspace)]
  }

  return {
    limits,
    standings: standingsOf,
    take: (caller, points) => {
      const { token, workspace } = windowsOf(caller)
      const isTokenShort = token.counted + points > limits.perToken
      const isWorkspaceShort = workspace.counted + points > limits.perWorkspace
      if (isTokenShort || isWorkspaceShort) {
        const [ofToken, ofWorkspace] = standingsOf(caller)
        // Where both are short, a retry before the later end would be refused again.
        const isByToken = isTokenShort && !(isWorkspaceShort && workspace.endsAt > token.endsAt)
        tell(isByToken ? token : workspace, caller)
        refused(isByToken ? 'token' : 'workspace')
        return isByToken ? ofToken : ofWorkspace
      }
      spend(token, limits.perToken, points)
      spend(workspace, limits.perWorkspace, points)
      return null
    },
    close: () => {
      isClosed = true
      clearInterval(tellOthers)
    },
  }
}
