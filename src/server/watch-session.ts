import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Session } from '../auth/authenticate.ts'
import { AuthenticationError } from '../auth/authentication-error.ts'

interface Watch {
  /** Looks at the credentials again. */
  readonly reopen: () => Promise<Session>
  readonly everyMs: number
  readonly log: Logger
  /** Ends the watch. */
  readonly signal: AbortSignal
}

/**
 * Watches the credentials behind a socket or a stream: at their expiry, and now and then for their being revoked or
 * their user's role being changed. Resolves with the reason why they no longer hold; with null when the watch is ended.
 */
export async function watchSession(session: Session, { reopen, everyMs, log, signal }: Watch): Promise<string | null> {
  const { role, workspaceId } = session.viewer
  let { expiresAt } = session
  for (;;) {
    const untilExpiry = expiresAt === null ? everyMs : Math.max(0, expiresAt.getTime() - Date.now())
    // An answer may take that long without holding up a process that ends.
    await sleep(Math.min(everyMs, untilExpiry), undefined, { signal, ref: false }).catch(() => {})
    if (signal.aborted) return null
    try {
      const now = await reopen()
      if (now.viewer.role !== role || now.viewer.workspaceId !== workspaceId) {
        return 'Your permissions have changed. Connect again.'
      }
      expiresAt = now.expiresAt
    } catch (error) {
      if (error instanceof AuthenticationError) return error.message
      log.warn({ err: error }, 'credentials could not be looked at again')
      // They hold until the database says otherwise, but not beyond their expiry.
      if (expiresAt !== null && expiresAt.getTime() <= Date.now()) return 'The token has expired.'
    }
  }
}
