import type { Logger } from 'pino'
import type { Session } from '../../auth/authenticate.ts'
import type { RateWindows } from '../../broker/rate-windows.ts'

/** Points that can be used per window of time. A point is a cost of 1, see `measureOperation`. */
export interface RateLimits {
  /** For each API token. All JSON Web Tokens of a user count as one token. */
  readonly perToken: number
  /** For all tokens of a workspace together. */
  readonly perWorkspace: number
  readonly windowSeconds: number
}

export const defaultRateLimits: RateLimits = { perToken: 2_000_000, perWorkspace: 5_000_000, windowSeconds: 60 }

export type RateLimitName = 'token' | 'workspace'

/** The current state of one limit of a caller. */
export interface RateStanding {
  readonly name: RateLimitName
  readonly limit: number
  readonly remaining: number
  /** Milliseconds until the window ends and the whole limit is available again. */
  readonly endsInMs: number
}

/** The credentials that are counted, in their workspace. */
export type Caller = Pick<Session, 'viewer' | 'credentialId'>

export interface RateLimiter {
  readonly limits: RateLimits
  /**
   * Takes the points from both limits of the caller, or from neither. Returns null, or the limit that has too few points
   * left.
   */
  take(caller: Caller, points: number): RateStanding | null
  /** The limits of the token and of the workspace. */
  standings(caller: Caller): readonly [RateStanding, RateStanding]
  close(): void
}

interface Options {
  readonly limits: RateLimits
  /** The counts of all processes. */
  readonly shared: RateWindows
  readonly log: Pick<Logger, 'warn' | 'info'>
  /** Called for each refusal. */
  readonly refused: (by: RateLimitName) => void
}

/** What this process knows about a key's window. */
interface Window {
  readonly key: string
  /** Points of all processes, as far as this process knows. */
  counted: number
  /** The part of `counted` that is not yet reported to the other processes. */
  unreported: number
  /** In terms of `performance.now()`. */
  endsAt: number
  isReporting: boolean
  hasRefused: boolean
}

/** How often counts are reported, and the share of a limit that triggers an earlier report. */
const reportEveryMs = 500
const reportAtShare = 0.01

/**
 * Counts in memory, so that no operation waits for the broker, and reports to the other processes in the background. A
 * process learns the other processes' counts when it reports its own. In between, several processes together may exceed a
 * limit by what they execute. While the broker is unavailable, each process counts by itself and reports later.
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
      if (isAway) log.info('rate limits are shared with the other API processes again')
      isAway = false
    } catch (error) {
      window.unreported += points
      triedAt = performance.now()
      if (!isAway && !isClosed) {
        log.warn({ err: error }, 'the broker is unavailable: this process counts the rate limits by itself')
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

  const reporting = setInterval(() => {
    for (const [key, window] of windows) {
      if (window.endsAt <= performance.now()) windows.delete(key)
      else void report(window)
    }
  }, reportEveryMs)
  reporting.unref()

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

  /** Logs one line per window, however many requests it refuses. */
  const logRefusal = (window: Window, { viewer: { workspaceId }, credentialId }: Caller) => {
    if (window.hasRefused) return
    window.hasRefused = true
    log.info(
      { workspaceId, credentialId, key: window.key },
      'requests are rejected until the window of a rate limit ends',
    )
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
        // If both are short, a retry before the later end would be rejected again.
        const isByToken = isTokenShort && !(isWorkspaceShort && workspace.endsAt > token.endsAt)
        logRefusal(isByToken ? token : workspace, caller)
        refused(isByToken ? 'token' : 'workspace')
        return isByToken ? ofToken : ofWorkspace
      }
      spend(token, limits.perToken, points)
      spend(workspace, limits.perWorkspace, points)
      return null
    },
    close: () => {
      isClosed = true
      clearInterval(reporting)
    },
  }
}
