import type { Queryable } from '../../database/database.ts'
import type { ObjectType } from '../../generated/prisma/enums.ts'
import type { Run } from './run.ts'
import { openStatusesSql, phasesOf } from './run-states.ts'

/**
 * Tells the full run in progress about links that a run over single records created or ended while the full run waited
 * for its turn, so that its count of them stays right (B29).
 */
export async function tellLinksGained(
  client: Queryable,
  run: Run,
  objectType: ObjectType,
  linksGained: number,
): Promise<void> {
  if (run.kind !== 'RECORDS' || linksGained === 0) return
  await client.query(
    `UPDATE sync_run SET active_links = active_links + $2
     WHERE workspace_id = $1 AND scope = 'ALL' AND status IN (${openStatusesSql}) AND phase = ANY ($3::run_phase[])`,
    [run.workspaceId, linksGained, phasesOf(objectType)],
  )
}
