import { inTransaction } from '../../database/database.ts'
import type { HubSpotPortal } from '../../hubspot/portal.ts'
import { announceRun } from '../announce-run.ts'
import { type FieldPlan, planFields } from '../mapping/field-plan.ts'
import { fieldNotFound } from '../problems/problem.ts'
import { recordProblems } from '../problems/record-problems.ts'
import type { SyncContext } from '../sync-context.ts'
import { type RunState, RunTakenError } from './run-state.ts'

/** The list that the run's settings name is gone from HubSpot (§10 HUBSPOT_LIST_NOT_FOUND). */
export class ListNotFoundError extends Error {
  override name = 'ListNotFoundError'
}

/** What a chunk of work needs to know beside the run itself. */
export interface Assignment {
  readonly listId: string
  readonly plan: FieldPlan
  readonly contactLimit: number
}

/** Looks at HubSpot and the workspace as they are now; a run that was only queued is running afterwards. */
export async function startWork(context: SyncContext, portal: HubSpotPortal, run: RunState): Promise<Assignment> {
  const { listId } = run.settings
  if (listId === null) throw new ListNotFoundError('The sync settings name no HubSpot list.')
  const [list, properties, workspace] = await Promise.all([
    portal.getList(listId),
    portal.listProperties('contacts'),
    context.database.prisma.workspace.findUniqueOrThrow({ where: { id: run.workspaceId } }),
  ])
  if (list === null) {
    throw new ListNotFoundError(`HubSpot has no list ${listId} any more. Choose another list in the sync settings.`)
  }
  const plan = planFields(
    run.settings,
    properties.filter((property) => !property.archived),
  )
  await begin(context, run, plan, list.size)
  return { listId, plan, contactLimit: workspace.contactLimit }
}

async function begin(context: SyncContext, run: RunState, plan: FieldPlan, total: number | null): Promise<void> {
  const at = context.now()
  await inTransaction(context.database.pool, async (client) => {
    await recordProblems(
      client,
      run,
      plan.missing.map((mapping) => fieldNotFound(mapping.property)),
      at,
    )
    if (run.phase !== 'PREPARING') return
    const { rows } = await client.query<{ active_links: number }>(
      `UPDATE sync_run SET status = 'RUNNING', phase = 'SYNCING_CONTACTS', total = $3, started_at = $4, heartbeat_at = $4, checkpoint = $5,
         active_links = (SELECT count(*) FROM contact_link WHERE workspace_id = $2 AND state = 'ACTIVE')
       WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING' AND phase = 'PREPARING'
       RETURNING active_links`,
      [run.id, run.workspaceId, total, at, JSON.stringify(run.checkpoint)],
    )
    if (rows[0] === undefined) throw new RunTakenError(`run ${run.id} is not this worker's to begin`)
    run.phase = 'SYNCING_CONTACTS'
    run.activeLinks = rows[0].active_links
  })
  await announceRun(context, run.workspaceId, run.id)
}
