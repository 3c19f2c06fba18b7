import fc from 'fast-check'
import pg from 'pg'
import { expect, test } from 'vitest'
import { cutOff } from '../../src/database/steady-connection.ts'
import { type DeletionContext, deleteWorkspace } from '../../src/lifecycle/delete-workspace.ts'
import { countRows } from '../../src/lifecycle/tenant-tables.ts'
import { InvalidInputError, NotFoundError } from '../../src/user-errors.ts'
import { createUser } from '../../src/workspaces/manage-users.ts'
import { cleanUp } from '../support/clean-up.ts'
import { runs } from '../support/runs.ts'
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts'
import { storeFilledWorkspace } from './filled-workspace.ts'

const database = await createTestDatabase()
const context = contextOf(database)

function contextOf(of: TestDatabase): DeletionContext {
  return { database: of, now: () => new Date(), revokeLogin: async () => ({ outcome: 'NONE' }) }
}

test('a deleted workspace leaves no row in any table of tenants, and other workspaces keep theirs', async () => {
  const doomed = await storeFilledWorkspace(database)
  const neighbour = await storeFilledWorkspace(database, { organizationId: doomed.organizationId })
  const before = await countRows(database.pool, neighbour.workspaceId)

  const { rows } = await deleteWorkspace(context, doomed.workspaceId, 'Filled')

  expect(Object.keys(rows).length).toBeGreaterThan(20)
  expect(new Set(Object.values(rows))).toEqual(new Set([0]))
  expect(await database.prisma.workspace.findUnique({ where: { id: doomed.workspaceId } })).toBeNull()
  expect(await countRows(database.pool, neighbour.workspaceId)).toEqual(before)
})

test('users without another workspace go with it, and the organization goes with its last workspace', async () => {
  const { workspaceId, organizationId, userId } = await storeFilledWorkspace(database, { name: 'First' })
  const { workspaceId: other } = await storeFilledWorkspace(database, { name: 'Second', organizationId })
  const both = await createUser(database, { workspaceId, email: 'both@example.test', role: 'MEMBER' })
  await createUser(database, { workspaceId: other, email: 'both@example.test', role: 'MEMBER' })
  const owner = await createUser(database, { workspaceId, email: 'owner@example.test', role: 'COMPANY_ADMIN' })
  const usersLeft = async () => (await database.prisma.user.findMany({ where: { organizationId } })).map(({ id }) => id)

  expect(await deleteWorkspace(context, workspaceId, 'First')).toMatchObject({ users: 1 })
  const left = await usersLeft()
  expect(left).toEqual(expect.arrayContaining([both.userId, owner.userId]))
  expect(left).not.toContain(userId)

  await deleteWorkspace(context, other, 'Second')
  expect(await usersLeft()).toEqual([])
  expect(await database.prisma.organization.findUnique({ where: { id: organizationId } })).toBeNull()
})

test('a deletion that is interrupted anywhere continues when it is run again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 90 }), async (statement) => {
      const { workspaceId } = await storeFilledWorkspace(database)

      await breakingDown(statement, () => deleteWorkspace(context, workspaceId, 'Filled'))
      const { rows } = await deleteWorkspace(context, workspaceId, 'Filled').catch(async (error: unknown) => {
        // The interruption came after the end.
        if (!(error instanceof NotFoundError)) throw error
        return { rows: await countRows(database.pool, workspaceId) }
      })

      expect(new Set(Object.values(rows))).toEqual(new Set([0]))
    }),
    { numRuns: runs(12, 300) },
  )
})

/** Does the work with a connection that ends at its n-th statement, as if the process had been killed there. */
async function breakingDown(statement: number, work: () => Promise<unknown>): Promise<void> {
  const { query } = pg.Client.prototype
  const restore = () => {
    pg.Client.prototype.query = query
  }
  cleanUp(restore)
  let count = 0
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    if (++count === statement) cutOff(this)
    return (query as (...args: unknown[]) => unknown).apply(this, args)
  } as typeof query
  await work().catch(() => {})
  restore()
}

test('rows that remain of a workspace without a workspace are deleted by its id', async () => {
  const { workspaceId } = await storeFilledWorkspace(database)
  await deleteWorkspace(context, workspaceId, 'Filled')
  await database.prisma.hubSpotAlias.create({
    data: { workspaceId, objectType: 'CONTACT', hubspotId: 7n, mergedIntoId: 8n },
  })

  await expect(deleteWorkspace(context, workspaceId, 'Filled')).rejects.toThrow(InvalidInputError)
  await deleteWorkspace(context, workspaceId, workspaceId)

  expect(await countRows(database.pool, workspaceId)).toMatchObject({ hubspot_alias: 0 })
  await expect(deleteWorkspace(context, workspaceId, workspaceId)).rejects.toThrow(NotFoundError)
})

test('without the name of the workspace, nothing is deleted', async () => {
  const { workspaceId } = await storeFilledWorkspace(database)
  const before = await countRows(database.pool, workspaceId)

  await expect(deleteWorkspace(context, workspaceId, 'Other')).rejects.toThrow('repeat "Filled"')

  expect(await countRows(database.pool, workspaceId)).toEqual(before)
  expect(await database.prisma.workspace.findUnique({ where: { id: workspaceId } })).toMatchObject({
    deletionStartedAt: null,
  })
})
