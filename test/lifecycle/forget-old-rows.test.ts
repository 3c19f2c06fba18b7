import { expect, test } from 'vitest'
import { forgetOldRows } from '../../src/lifecycle/forget-old-rows.ts'
import { retentionRules } from '../../src/lifecycle/retention-rules.ts'
import { countRows } from '../../src/lifecycle/tenant-tables.ts'
import { storeRun } from '../support/graphql/stored-rows.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { storeFilledWorkspace } from './filled-workspace.ts'

const dayMs = 24 * 3_600_000

/** A workspace in which everything that can grow old is as old as the returned time. */
async function givenOldWorkspace() {
  const database = await createTestDatabase()
  const { pool, prisma } = database
  const { workspaceId } = await storeFilledWorkspace(database)
  const at = new Date('2027-01-01T00:00:00Z')
  await prisma.syncRun.updateMany({ data: { status: 'CANCELLED', createdAt: at, finishedAt: at } })
  await prisma.syncError.updateMany({ data: { status: 'RESOLVED', resolvedAt: at } })
  await prisma.runMail.updateMany({ data: { status: 'SENT', settledAt: at } })
  await prisma.hubSpotChange.updateMany({ data: { lastSeenAt: at } })
  await prisma.contactDeletion.updateMany({ data: { deletedAt: at } })
  await prisma.mutationResult.updateMany({ data: { createdAt: at } })
  await prisma.oAuthState.updateMany({ data: { expiresAt: at } })
  await prisma.apiToken.updateMany({ data: { revokedAt: at } })
  await prisma.auditEntry.updateMany({ data: { at } })
  await prisma.hubSpotBudget.create({ data: { portalId: 4711n, seenAt: at } })
  const subscription = { appId: 'app', subscriptionKey: 'OBJECT', requestHash: '' }
  await prisma.hubSpotJournalSubscription.create({ data: { ...subscription, portalId: 1n } })
  await prisma.hubSpotJournalSubscription.create({ data: { ...subscription, portalId: 4711n } })
  await storeRun(database, workspaceId, { createdAt: new Date(at.getTime() + 1), status: 'QUEUED' })
  const forgetAfter = (days: number) =>
    forgetOldRows({ database, now: () => new Date(at.getTime() + days * dayMs + 1_000) })
  return { database, pool, workspaceId, at, forgetAfter }
}

test('rows that are younger than their rule stays are kept, and those that are older are deleted', async () => {
  const { database, pool, workspaceId, at, forgetAfter } = await givenOldWorkspace()
  const before = await countRows(pool, workspaceId)

  await forgetAfter(0)
  expect(await countRows(pool, workspaceId)).toEqual(before)

  const rules = retentionRules.filter(({ table }) => table in before && table !== 'sync_run')
  for (const days of [...new Set(rules.map(({ keptDays }) => keptDays))].sort((one, other) => one - other)) {
    const tables = rules.filter(({ keptDays }) => keptDays === days).map(({ table }) => table)
    const rowsLeft = async () => {
      const counts = await countRows(pool, workspaceId)
      return tables.map((table) => [table, counts[table]])
    }
    await forgetAfter(days - 0.5)
    expect(await rowsLeft()).toEqual(tables.map((table) => [table, before[table]]))
    await forgetAfter(days)
    expect(await rowsLeft()).toEqual(tables.map((table) => [table, 0]))
  }
  expect(await database.prisma.hubSpotBudget.count()).toBe(0)
  expect(await database.prisma.hubSpotJournalSubscription.findMany()).toMatchObject([{ portalId: 4711n }])
  expect(await database.prisma.syncRun.findMany({ where: { createdAt: at } })).toMatchObject([{ status: 'CANCELLED' }])
})

test('many old rows are deleted in small steps, by two workers at the same time', async () => {
  const { pool, workspaceId, at, forgetAfter } = await givenOldWorkspace()
  await pool.query(
    `INSERT INTO mutation_result (workspace_id, mutation, key, created_at)
     SELECT $1, 'm', number::text, $2 FROM generate_series(1, 3500) AS number`,
    [workspaceId, at],
  )

  await Promise.all([forgetAfter(2), forgetAfter(2)])

  expect(await countRows(pool, workspaceId)).toMatchObject({ mutation_result: 0 })
})
