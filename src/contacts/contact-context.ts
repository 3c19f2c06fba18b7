import type { Announcements } from '../broker/announcements.ts'
import type { Database } from '../database/database.ts'

/** What changing contacts by hand may touch. */
export interface ContactContext {
  readonly database: Pick<Database, 'pool'>
  readonly announcements: Announcements
  readonly log: { warn(details: object, message: string): void }
}
