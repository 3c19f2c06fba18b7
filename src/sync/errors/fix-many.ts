import { lockAccounts } from '../../accounts/account-lock.ts'
import { requireSyncAdmin } from '../../auth/permissions.ts'
import type { Viewer } from '../../auth/viewer.ts'
import { lockContacts } from '../../contacts/contact-lock.ts'
import { inTransaction } from '../../database/database.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import type { ObjectType, SyncErrorStatus } from '../../generated/prisma/enums.ts'
import { startSelectedRun } from '../runs/start-records-run.ts'
import { type ErrorFilter, errorsSql, type SqlCondition } from './error-filter.ts'
import { ignoreRecords, stopIgnoringSql } from './ignored-records.ts'
import { requireActive } from './require-active.ts'
import type { Fixer } from './retry-and-ignore.ts'
import type { SkippedError, SkipReason } from './skipped-error.ts'

/** What a call did to many errors. Contains ids and counts only, so that it can be kept (`resultOncePerKey`). */
export interface ManyFixed {
  /** Number of errors that the call acted on. */
  readonly affected: number
  /** Number of HubSpot records that they are about. */
  readonly records: number
  /** Number of errors that were left as they are. */
  readonly skipped: number
  /** Some of those, oldest first. */
  readonly skippedErrors: readonly SkippedError[]
  /** Row ids of the runs that sync the records: one for each type of record. */
  readonly runIds: readonly string[]
}

/**
 * While a table has no statistics, PostgreSQL expects a single error and would look through all of them for each one that
 * it finds.
 */
const joinSets = 'SET LOCAL enable_nestloop = off'

/** Number of skipped errors that are listed. */
const listedSkips = 100

/**
 * Syncs the records of all matching errors again, in one run for each type of record, within seconds (B56). Ignored
 * records are no longer ignored. Throws ForbiddenError, PlanRequiredError, NotConnectedError, and SyncStateError if the
 * sync is not active.
 */
export async function retrySyncErrors(context: Fixer, viewer: Viewer, filter: ErrorFilter): Promise<ManyFixed> {
  requireSyncAdmin(viewer)
  const { workspaceId } = viewer
  const isOn = await requireActive(context, workspaceId)
  const types = (['ACCOUNT', 'CONTACT'] as const).filter((type) => isOn[type])
  const skips = await findSkips(context, errorsSql(workspaceId, filter), ['OPEN', 'IGNORED'], types)
  const parts: { readonly runId: string; readonly errors: number; readonly records: number }[] = []
  for (const objectType of types) {
    if (filter.objectType !== undefined && filter.objectType !== objectType) continue
    const part = await retryType(context, viewer, { ...filter, objectType }, objectType)
    if (part !== null) parts.push(part)
  }
  return {
    affected: parts.reduce((sum, { errors }) => sum + errors, 0),
    records: parts.reduce((sum, { records }) => sum + records, 0),
    ...skips,
    runIds: parts.map(({ runId }) => runId),
  }
}

async function retryType(
  context: Fixer,
  { workspaceId, userId }: Viewer,
  filter: ErrorFilter,
  objectType: ObjectType,
): Promise<{ runId: string; errors: number; records: number } | null> {
  const { sql, values } = errorsSql(workspaceId, filter)
  const selected = `FROM sync_error WHERE ${sql} AND status IN ('OPEN', 'IGNORED') AND hubspot_id > 0`
  let count = { errors: 0, records: 0 }
  const order = { workspaceId, objectType, trigger: 'MANUAL', triggeredById: userId } as const
  const run = await startSelectedRun(context, order, async (tx, add) => {
    count = await countSelected(tx, selected, values)
    if (count.errors === 0) return false
    const ids = `SELECT hubspot_id ${selected}`
    await tx.$executeRawUnsafe(joinSets)
    // Before the errors are opened again: the filter may select ignored ones.
    await add(ids, values)
    for (const statement of stopIgnoringSql(objectType, ids)) await tx.$executeRawUnsafe(statement, ...values)
    return true
  })
  return run && { runId: run.id, ...count }
}

async function countSelected(tx: Prisma.TransactionClient, selected: string, values: readonly unknown[]) {
  const [count] = await tx.$queryRawUnsafe<{ errors: number; records: number }[]>(
    `SELECT count(*)::integer AS errors, count(DISTINCT hubspot_id)::integer AS records ${selected}`,
    ...values,
  )
  return count ?? { errors: 0, records: 0 }
}

/**
 * Excludes the records of all matching open errors from the sync, and closes every open error about them as IGNORED
 * (B56). `retrySyncErrors` with the status IGNORED undoes it. Throws ForbiddenError and PlanRequiredError.
 */
export async function ignoreSyncErrors(context: Fixer, viewer: Viewer, filter: ErrorFilter): Promise<ManyFixed> {
  requireSyncAdmin(viewer)
  const { workspaceId } = viewer
  const condition = errorsSql(workspaceId, filter)
  const skips = await findSkips(context, condition, ['OPEN'], ['ACCOUNT', 'CONTACT'])
  const { errors, records } = await inTransaction(context.database.pool, async (client) => {
    await lockAccounts(client, workspaceId)
    await lockContacts(client, workspaceId)
    await client.query(joinSets)
    return ignoreRecords(client, condition, context.now())
  })
  return { affected: errors, records, ...skips, runIds: [] }
}

/** The matching errors on which a call does not act: it acts on errors of these states, about records of these types. */
async function findSkips(
  { database }: Fixer,
  { sql, values }: SqlCondition,
  states: readonly SyncErrorStatus[],
  types: readonly ObjectType[],
): Promise<Pick<ManyFixed, 'skipped' | 'skippedErrors'>> {
  const [ofStates, ofTypes] = [`$${values.length + 1}::sync_error_status[]`, `$${values.length + 2}::object_type[]`]
  const { rows } = await database.pool.query<{ id: string; reason: SkipReason; count: number }>(
    `SELECT id, reason, (count(*) OVER ())::integer AS count FROM (
       SELECT id, CASE
         WHEN hubspot_id = 0 THEN 'NOT_A_RECORD'
         WHEN NOT status = ANY (${ofStates}) THEN status::text
         WHEN NOT object_type = ANY (${ofTypes}) THEN 'TURNED_OFF' END AS reason
       FROM sync_error WHERE ${sql}
     ) AS matched WHERE reason IS NOT NULL ORDER BY id LIMIT ${listedSkips}`,
    [...values, states, types],
  )
  return {
    skipped: rows[0]?.count ?? 0,
    skippedErrors: rows.map(({ id, reason }) => ({ errorId: id, reason, heldById: null })),
  }
}
