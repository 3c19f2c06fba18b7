import type { Logger } from 'pino'
import type { Credentials, Session } from '../auth/authenticate.ts'
import { AuthenticationError } from '../auth/authentication-error.ts'

interface Options {
  /** Checks credentials again, all in one read. */
  readonly reopen: (credentials: readonly Credentials[]) => Promise<PromiseSettledResult<Session>[]>
  readonly everyMs: number
  readonly log: Logger
}

/** Credentials that are checked once for all sockets and streams that use them. */
interface Watched {
  readonly credentials: Credentials
  readonly session: Session
  /** Null if they do not expire. */
  expiresAt: Date | null
  dueAt: number
  readonly listeners: Set<(reason: string) => void>
}

/** Maximum number of credentials per read. */
const atOnce = 1_000

/**
 * Watches the credentials behind sockets and streams: for expiry, for revocation, and for a change of the user's role. The
 * credentials of one token are checked once, and those that are due at about the same time are checked together.
 */
export class SessionWatch {
  readonly #options: Options
  readonly #watched = new Map<string, Watched>()
  #timer: NodeJS.Timeout | null = null
  #nextLook = Number.POSITIVE_INFINITY
  #isLooking = false

  constructor(options: Options) {
    this.#options = options
  }

  /**
   * Calls `onLost` once, with the reason, when the credentials are no longer valid. Returns a function that stops watching;
   * `onLost` is not called after that.
   */
  watch(credentials: Credentials, session: Session, onLost: (reason: string) => void): () => void {
    const key = JSON.stringify([credentials.authorization, credentials.workspaceId, session.viewer])
    const known = this.#watched.get(key)
    const { expiresAt } = session
    const watched = known ?? { credentials, session, expiresAt, dueAt: this.#dueAt(expiresAt), listeners: new Set() }
    if (known === undefined) {
      this.#watched.set(key, watched)
      this.#schedule(watched.dueAt)
    }
    // Two sockets may pass the same function.
    const listener = (reason: string) => onLost(reason)
    watched.listeners.add(listener)
    return () => {
      watched.listeners.delete(listener)
      if (watched.listeners.size === 0 && this.#watched.get(key) === watched) this.#watched.delete(key)
      if (this.#watched.size === 0) this.#stop()
    }
  }

  #dueAt(expiresAt: Date | null): number {
    const next = Date.now() + this.#options.everyMs
    return expiresAt === null ? next : Math.min(next, expiresAt.getTime())
  }

  #schedule(dueAt: number): void {
    if (this.#isLooking || dueAt >= this.#nextLook) return
    this.#stop()
    this.#nextLook = dueAt
    this.#timer = setTimeout(() => void this.#look(), Math.max(0, dueAt - Date.now()))
    // A pending check must not keep a stopping process alive.
    this.#timer.unref()
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#nextLook = Number.POSITIVE_INFINITY
  }

  async #look(): Promise<void> {
    this.#isLooking = true
    this.#stop()
    // Credentials that are due slightly later are checked now, so that checks soon fall together.
    const until = Date.now() + this.#options.everyMs / 10
    const due = [...this.#watched].filter(([, { dueAt }]) => dueAt <= until)
    for (let start = 0; start < due.length; start += atOnce) await this.#lookAt(due.slice(start, start + atOnce))
    this.#isLooking = false
    for (const { dueAt } of this.#watched.values()) this.#schedule(dueAt)
  }

  async #lookAt(due: readonly (readonly [key: string, watched: Watched])[]): Promise<void> {
    const outcomes = await this.#reopen(due.map(([, { credentials }]) => credentials))
    for (const [index, [key, watched]] of due.entries()) {
      const lost = this.#judge(watched, outcomes[index])
      if (lost === null) continue
      if (this.#watched.get(key) === watched) this.#watched.delete(key)
      for (const tell of watched.listeners) tell(lost)
    }
  }

  /** If the read fails, every credential gets the error as its outcome. */
  async #reopen(credentials: readonly Credentials[]): Promise<PromiseSettledResult<Session>[]> {
    try {
      return await this.#options.reopen(credentials)
    } catch (reason) {
      return credentials.map(() => ({ status: 'rejected', reason }))
    }
  }

  /** Returns why the credentials are no longer valid, or null if they still are. */
  #judge(watched: Watched, outcome: PromiseSettledResult<Session> | undefined): string | null {
    const { role, workspaceId } = watched.session.viewer
    if (outcome?.status === 'fulfilled') {
      const { viewer, expiresAt } = outcome.value
      if (viewer.role !== role || viewer.workspaceId !== workspaceId) {
        return 'Your permissions have changed. Connect again.'
      }
      watched.expiresAt = expiresAt
      watched.dueAt = this.#dueAt(expiresAt)
      return null
    }
    const reason = outcome?.reason
    if (reason instanceof AuthenticationError) return reason.message
    this.#options.log.warn({ err: reason }, 'credentials could not be checked again')
    // If the database is unavailable, credentials stay valid, but not beyond their expiry.
    const { expiresAt } = watched
    if (expiresAt !== null && expiresAt.getTime() <= Date.now()) return 'The token has expired.'
    watched.dueAt = this.#dueAt(expiresAt)
    return null
  }
}
