import { accountStore } from '../../accounts/account-store.ts'
import { contactStore } from '../../contacts/contact-store.ts'
import { inTransaction, type Queryable } from '../../database/database.ts'
import type { ObjectType, RunPhase } from '../../generated/prisma/enums.ts'
import { resolveUnseenErrors } from '../errors/record-errors.ts'
import { handleProblems } from '../matching/problem.ts'
import { freshCheckpoint, type Run, RunTakenError } from '../runs/run.ts'
import type { SyncContext } from '../sync-context.ts'

/** What a run goes through behind PREPARING, in this order; accounts come before contacts (B66). */
export function phasesOf(run: Pick<Run, 'objectType' | 'withAccounts' | 'kind' | 'settings'>): RunPhase[] {
  const phases: RunPhase[] = []
  if (run.objectType === 'ACCOUNT' || run.withAccounts) {
    phases.push('SYNCING_ACCOUNTS', 'SETTLING_ACCOUNTS', 'RETRYING_ACCOUNTS')
  }
  if (run.objectType === 'CONTACT') {
    // Single records are set down for the run by whoever makes it.
    if (run.kind !== 'RECORDS' && run.settings.contactSource === 'FROM_SYNCED_ACCOUNTS') {
      phases.push('COLLECTING_CONTACTS')
    }
    phases.push('SYNCING_CONTACTS', 'SETTLING_CONTACTS', 'RETRYING_CONTACTS')
  }
  return [...phases, 'FINISHED']
}

export function phaseAfter(run: Run): RunPhase {
  const phases = phasesOf(run)
  return phases[phases.indexOf(run.phase) + 1] ?? 'FINISHED'
}

/**
 * Leaves the phase under way for the next one, in a transaction that also settles what the one closes and the other
 * begins with. Throws {@link RunTakenError} like `moveRun`.
 */
export async function enterNextPhase(context: SyncContext, run: Run): Promise<void> {
  const at = context.now()
  const phase = phaseAfter(run)
  await inTransaction(context.database.pool, async (client) => {
    const isRetried = run.phase === 'RETRYING_ACCOUNTS' || run.phase === 'RETRYING_CONTACTS'
    const blocked = isRetried ? await countBlocked(client, run) : 0
    if (run.phase === 'RETRYING_ACCOUNTS' && run.kind !== 'RECORDS') {
      // What the contacts are told of their companies' errors must be true of this run.
      await resolveUnseenErrors(client, run, 'ACCOUNT', at)
    }
    const checkpoint = freshCheckpoint(run)
    const syncing = syncedBy(phase)
    const activeLinks = syncing === null ? run.activeLinks : await countLinks(client, run, syncing)
    if (syncing !== null) checkpoint.linksAtStart = activeLinks
    const { rowCount } = await client.query(
      `UPDATE sync_run SET phase = $5, checkpoint = $6, active_links = $7, skipped = skipped + $8, heartbeat_at = $9,
         accounts_progress = CASE WHEN $3 = 'RETRYING_ACCOUNTS'::run_phase THEN jsonb_build_object(
           'created', created, 'updated', updated, 'unchanged', unchanged, 'linked', linked, 'skipped', skipped + $8,
           'failed', failed) ELSE accounts_progress END,
         total = CASE WHEN $3 = 'COLLECTING_CONTACTS'::run_phase THEN created + updated + unchanged + linked + skipped
             + failed + (SELECT count(*)::integer FROM sync_run_member WHERE run_id = $1 AND workspace_id = $2)
           ELSE total END
       WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING' AND phase = $3 AND checkpoint = $4::jsonb`,
      [
        run.id,
        run.workspaceId,
        run.phase,
        JSON.stringify(run.checkpoint),
        phase,
        JSON.stringify(checkpoint),
        activeLinks,
        blocked,
        at,
      ],
    )
    if (rowCount === 0) throw new RunTakenError(`run ${run.id} is not this worker's to move`)
    Object.assign(run, { phase, checkpoint, activeLinks })
  })
}

function syncedBy(phase: RunPhase): ObjectType | null {
  if (phase === 'SYNCING_ACCOUNTS') return 'ACCOUNT'
  return phase === 'SYNCING_CONTACTS' ? 'CONTACT' : null
}

function countLinks(client: Queryable, run: Run, objectType: ObjectType): Promise<number> {
  const { links } = objectType === 'ACCOUNT' ? accountStore : contactStore
  return links.countActive(client, run.workspaceId)
}

/** Records that stayed without a handle they share; each was left uncounted until now. */
async function countBlocked(client: Queryable, run: Run): Promise<number> {
  const objectType: ObjectType = run.phase === 'RETRYING_ACCOUNTS' ? 'ACCOUNT' : 'CONTACT'
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(DISTINCT hubspot_id)::integer AS count FROM sync_error
     WHERE last_run_id = $1 AND workspace_id = $2 AND object_type = $3 AND status = 'OPEN'
       AND type = ANY ($4::sync_error_type[])`,
    [run.id, run.workspaceId, objectType, handleProblems],
  )
  return rows[0]?.count ?? 0
}
