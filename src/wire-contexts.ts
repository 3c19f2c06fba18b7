import type { ConnectionContext } from './connection/connection-context.ts'
import { openPortal } from './connection/open-portal.ts'
import { forgetPortal } from './sync/privacy/forget-portal.ts'
import { restartAfterLogin } from './sync/runs/restart-refused-runs.ts'
import { defaultTuning, type SyncContext } from './sync/sync-context.ts'

/** The parts of the contexts, which a process or a test opens itself. */
export type Parts = Pick<ConnectionContext, 'database' | 'encryption' | 'hubspot' | 'now' | 'returnUrls'> &
  Pick<SyncContext, 'announcements' | 'enqueueRun' | 'othersWait' | 'log'> &
  Partial<Pick<SyncContext, 'tuning'>>

export interface Contexts {
  readonly connection: ConnectionContext
  readonly sync: SyncContext
}

/** Connects connection and sync: the sync opens portals, and a log-in or a change of portal reaches the runs. */
export function wireContexts({ encryption, hubspot, returnUrls, tuning = defaultTuning, ...shared }: Parts): Contexts {
  const { database, now } = shared
  const connection: ConnectionContext = {
    database,
    encryption,
    hubspot,
    now,
    returnUrls,
    forgetPortal: (client, workspaceId) => forgetPortal(client, workspaceId, now()),
    afterLogin: ({ workspaceId }) => restartAfterLogin(sync, workspaceId),
  }
  const sync: SyncContext = {
    ...shared,
    tuning,
    openPortal: (workspaceId, use) => openPortal(connection, workspaceId, use),
  }
  return { connection, sync }
}
