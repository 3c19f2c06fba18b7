import type { Queryable } from '../../database/database.ts'
import type { Run } from './run.ts'

const listIncomplete =
  'HubSpot was still building the list during this run. Contacts that were not in the list yet stay as they are. The ' +
  'next run that finds the complete list decides whether they have left it.'

/** Stores a notice that the run settled no departures, because HubSpot was still building the list (B58). */
export async function noteListIncomplete(client: Queryable, run: Pick<Run, 'id' | 'workspaceId'>): Promise<void> {
  await client.query('UPDATE sync_run SET notice = $3 WHERE id = $1 AND workspace_id = $2', [
    run.id,
    run.workspaceId,
    listIncomplete,
  ])
}
