import type { Announcements } from '../broker/announcements.ts'
import type { Database } from '../database/database.ts'

/** What code that changes contacts by hand may use. */
export interface ContactContext {
  readonly database: Pick<Database, 'pool'>
  readonly announcements: Announcements
  readonly log: { warn(details: object, message: string): void }
}
