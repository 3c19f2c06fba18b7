import type { Database } from '../../database/database.ts'
import { openStatusesSql } from './run-states.ts'

/** Number of runs in all workspaces that have not ended, by status. */
export async function countRunsUnderWay({ pool }: Pick<Database, 'pool'>): Promise<Record<string, number>> {
  const { rows } = await pool.query<{ status: string; count: number }>({
    name: 'count-runs-under-way',
    text: `
      SELECT status::text, count(*)::int FROM sync_run
      WHERE status IN (${openStatusesSql})
      GROUP BY status`,
  })
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]))
}
