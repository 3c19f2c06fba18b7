import type { Viewer } from '../auth/viewer.ts'
import type { ConnectionContext } from '../connection/connection-context.ts'
import type { Database } from '../database/database.ts'
import type { SyncContext } from '../sync/sync-context.ts'
import type { AnswerMeter } from './support/answer-meter.ts'
import type { Pickers } from './support/pickers.ts'
import type { SharedReads } from './support/shared-reads.ts'

/** What every operation of the process shares. */
export interface SchemaServices {
  readonly database: Database
  readonly sync: SyncContext
  readonly connection: ConnectionContext
  readonly reads: SharedReads
  readonly pickers: Pickers
  /** Aborts when the server stops, so that subscriptions end. */
  readonly closing: AbortSignal
  /** Makes Prisma read contacts as well. For tests, which compare the answers. */
  readonly plainReads?: boolean
}

/** What a resolver may touch. */
export interface GraphQLContext extends SchemaServices {
  readonly viewer: Viewer
  /** Of the operation, or of the event of a subscription, that is being answered. */
  readonly answer: AnswerMeter
}
