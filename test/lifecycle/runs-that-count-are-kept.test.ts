import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newId } from '../../src/database/new-id.ts'
import { forgetOldRows } from '../../src/lifecycle/forget-old-rows.ts'
import { findLastRunEnd } from '../../src/sync/runs/last-synced-at.ts'
import { storeError } from '../support/graphql/stored-rows.ts'
import { runs } from '../support/runs.ts'
import { createTestDatabase } from '../support/test-database.ts'

const database = await createTestDatabase()
const { pool, prisma } = database
const now = new Date('2030-01-01T00:00:00Z')
const dayMs = 24 * 3_600_000

const storedRun = fc.record({
  daysAgo: fc.integer({ min: 0, max: 300 }),
  scope: fc.constantFrom('ALL', 'ALL', 'RECORDS', 'PREVIEW'),
  trigger: fc.constantFrom('MANUAL', 'WEBHOOK'),
  objectType: fc.constantFrom('CONTACT', 'ACCOUNT'),
  withAccounts: fc.boolean(),
  status: fc.constantFrom('COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED', 'RUNNING'),
  hasOpenError: fc.boolean(),
} as const)

test('B40 B54: deleting old runs never changes when records were last synced, which run is the last, or which run saw an open error', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(storedRun, { maxLength: 12 }), async (stored) => {
      const [organizationId, workspaceId] = [newId(), newId()]
      await prisma.organization.create({ data: { id: organizationId, name: '' } })
      await prisma.workspace.create({ data: { id: workspaceId, organizationId, name: '', plan: 'GROWTH' } })
      for (const [index, run] of stored.entries()) await storeIt(workspaceId, index, run)
      const before = await whatCounts(workspaceId)

      await forgetOldRows({ database, now: () => now })

      expect(await whatCounts(workspaceId)).toEqual(before)
      const old = new Date(now.getTime() - 91 * dayMs)
      const kept = await prisma.syncRun.count({ where: { workspaceId, finishedAt: { lt: old } } })
      // At most the last run, the last completed one per kind (three), and those of open errors.
      expect(kept).toBeLessThanOrEqual(1 + 2 * 3 + stored.filter(({ hasOpenError }) => hasOpenError).length)
    }),
    { numRuns: runs(25, 1_000) },
  )
})

type Stored = typeof storedRun extends fc.Arbitrary<infer T> ? T : never

async function storeIt(workspaceId: string, index: number, { daysAgo, hasOpenError, status, ...run }: Stored) {
  const id = newId()
  const at = new Date(now.getTime() - daysAgo * dayMs - index)
  // Only one full run at a time.
  const ended = status === 'RUNNING' && run.scope === 'ALL' ? 'FAILED' : status
  await prisma.syncRun.create({
    data: {
      ...run,
      id,
      workspaceId,
      status: ended,
      settingsVersion: 1,
      settings: {},
      createdAt: at,
      finishedAt: ended === 'RUNNING' ? null : at,
    },
  })
  if (hasOpenError) await storeError(database, workspaceId, { lastRunId: id, firstRunId: id, hubspotId: BigInt(index) })
}

async function whatCounts(workspaceId: string) {
  const { rows: ofErrors } = await pool.query(
    `SELECT sync_run.id FROM sync_run JOIN sync_error ON last_run_id = sync_run.id
     WHERE sync_run.workspace_id = $1 AND scope <> 'PREVIEW' ORDER BY 1`,
    [workspaceId],
  )
  return {
    contacts: await findLastRunEnd(pool, workspaceId, 'CONTACT'),
    accounts: await findLastRunEnd(pool, workspaceId, 'ACCOUNT'),
    last: await prisma.syncRun.findFirst({ where: { workspaceId, scope: 'ALL' }, orderBy: { createdAt: 'desc' } }),
    unfinished: await prisma.syncRun.count({ where: { workspaceId, status: 'RUNNING' } }),
    ofErrors,
  }
}
