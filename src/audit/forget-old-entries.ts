import type { Database } from '../database/database.ts'

const keptDays = 365
/** Entries per statement, so that none takes long. */
const atOnce = 1_000

/** Deletes audit entries that are older than a year, in small steps. */
export async function forgetOldEntries({ database, now }: { readonly database: Database; now(): Date }): Promise<void> {
  const before = new Date(now().getTime() - keptDays * 24 * 3_600_000)
  for (;;) {
    const { rowCount } = await database.pool.query(
      'DELETE FROM audit_entry WHERE id IN (SELECT id FROM audit_entry WHERE at < $1 ORDER BY at LIMIT $2)',
      [before, atOnce],
    )
    if (rowCount !== atOnce) return
  }
}
