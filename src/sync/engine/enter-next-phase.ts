import { accountStore } from '../../accounts/account-store.ts'
import { contactStore } from '../../contacts/contact-store.ts'
import { inTransaction, type Queryable } from '../../database/database.ts'
import type { ObjectType } from '../../generated/prisma/enums.ts'
import { resolveUnseenErrors } from '../errors/record-errors.ts'
import { handleProblems } from '../matching/problem.ts'
import { announceRun } from '../runs/announce-run.ts'
import { enterPhase, freshCheckpoint } from '../runs/move-run.ts'
import type { Run } from '../runs/run.ts'
import { phaseAfter, phases } from '../runs/run-states.ts'
import type { Turn } from '../runs/turn.ts'

/**
 * Leaves the run's phase for the next one, in a transaction that also closes the old phase and opens the new one.
 * Announces it. Throws RunTakenError like `moveRun`.
 */
export async function enterNextPhase({ context, run }: Turn): Promise<void> {
  const at = context.now()
  const phase = phaseAfter(run, run.phase)
  const { step: left, objectType: worked } = phases[run.phase]
  const { step, objectType } = phases[phase]
  await inTransaction(context.database.pool, async (client) => {
    const blocked = left === 'retry' && worked !== null ? await countBlocked(client, run, worked) : 0
    if (left === 'retry' && worked === 'ACCOUNT' && run.kind !== 'RECORDS') {
      // Contacts are told about errors of their companies, so these must be up to date for this run.
      await resolveUnseenErrors(client, run, 'ACCOUNT', at)
    }
    const checkpoint = freshCheckpoint(run)
    const isBeginning = step === 'sync' && objectType !== null
    const activeLinks = isBeginning ? await countLinks(client, run, objectType) : run.activeLinks
    if (isBeginning) checkpoint.linksAtStart = activeLinks
    await enterPhase(client, run, { phase, checkpoint, activeLinks, blocked }, at)
    Object.assign(run, { phase, checkpoint, activeLinks })
  })
  await announceRun(context, run.workspaceId, run.id)
}

function countLinks(client: Queryable, run: Run, objectType: ObjectType): Promise<number> {
  const { links } = objectType === 'ACCOUNT' ? accountStore : contactStore
  return links.countActive(client, run.workspaceId)
}

/** Records that are still blocked by a taken handle, or past the limit. They have not been counted until now. */
async function countBlocked(client: Queryable, run: Run, objectType: ObjectType): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM (
       SELECT hubspot_id FROM sync_error
       WHERE last_run_id = $1 AND workspace_id = $2 AND object_type = $3 AND status = 'OPEN'
         AND type = ANY ($4::sync_error_type[])
       UNION SELECT hubspot_id FROM sync_run_left_out
       WHERE run_id = $1 AND workspace_id = $2 AND $3 = 'CONTACT'::object_type
     ) AS blocked`,
    [run.id, run.workspaceId, objectType, handleProblems],
  )
  return rows[0]?.count ?? 0
}
