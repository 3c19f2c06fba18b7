import { expect, it } from 'vitest'
import { inTransaction } from '../../src/database/database.ts'
import { withStoreCopy } from '../../src/sync/preview/store-copy.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { storeContact, storeRun } from '../support/graphql/stored-rows.ts'
import { createTestDatabase } from '../support/test-database.ts'

const database = await createTestDatabase()

async function givenAWorkspace() {
  const { workspaceId } = await createWorkspace(database, {
    name: 'Test',
    plan: 'GROWTH',
    adminEmail: `${crypto.randomUUID()}@example.test`,
  })
  const { id } = await storeRun(database, workspaceId)
  return { workspaceId, run: { id, workspaceId } }
}

it('I3, I4: a session over a copy sees only its workspace, and nothing that it writes reaches others', async () => {
  const { workspaceId, run } = await givenAWorkspace()
  const stranger = await givenAWorkspace()
  await storeContact(database, workspaceId, { name: 'Own', hubspotId: 1n })
  await storeContact(database, stranger.workspaceId, { name: 'Foreign' })

  const seen = await withStoreCopy(database, run, async ({ pool }) => {
    await inTransaction(pool, (client) => client.query(`UPDATE contact SET name = 'Changed'`))
    return (await pool.query('SELECT name FROM contact')).rows
  })

  expect(seen).toEqual([{ name: 'Changed' }])
  const stored = await database.prisma.contact.findMany({ where: { workspaceId } })
  expect(stored.map(({ name }) => name)).toEqual(['Own'])
})

it('I3, I4: PostgreSQL refuses to write anything else in it', async () => {
  const { run } = await givenAWorkspace()

  const refused = withStoreCopy(database, run, ({ pool }) => pool.query(`UPDATE public.workspace SET name = 'Changed'`))

  await expect(refused).rejects.toThrow('read-only transaction')
  expect(await database.prisma.workspace.count({ where: { name: 'Changed' } })).toBe(0)
})

it("I4: another caller's statement never becomes part of the current transaction", async () => {
  const { workspaceId, run } = await givenAWorkspace()
  await storeContact(database, workspaceId, { name: 'Own' })

  const rows = await withStoreCopy(database, run, async ({ pool }) => {
    const failing = inTransaction(pool, async (client) => {
      await client.query(`UPDATE contact SET name = 'Changed'`)
      await client.query('SELECT 1 / 0')
    }).catch(() => 'failed')
    const beside = pool.query('SELECT name FROM contact')
    expect(await failing).toBe('failed')
    return (await beside).rows
  })

  expect(rows).toEqual([{ name: 'Own' }])
})
