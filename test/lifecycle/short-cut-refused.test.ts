import { expect, test } from 'vitest'
import { newId } from '../../src/database/new-id.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { storeFilledWorkspace } from './filled-workspace.ts'

test('PostgreSQL refuses to delete a workspace that has rows, and says which command deletes it', async () => {
  const { pool, ...database } = await createTestDatabase()
  const { workspaceId } = await storeFilledWorkspace({ pool, ...database })

  const deleting = pool.query('DELETE FROM workspace WHERE id = $1', [workspaceId])

  await expect(deleting).rejects.toMatchObject({
    code: '23503',
    message: expect.stringContaining(`the workspace ${workspaceId} still has rows in `),
    hint: expect.stringContaining('delete-workspace'),
  })
})

test('a table that a later version adds is not forgotten', async () => {
  const { pool } = await createTestDatabase()
  const [organizationId, workspaceId] = [newId(), newId()]
  await pool.query("INSERT INTO organization (id, name) VALUES ($1, 'O')", [organizationId])
  await pool.query("INSERT INTO workspace (id, organization_id, name, plan) VALUES ($1, $2, 'W', 'SCALE')", [
    workspaceId,
    organizationId,
  ])
  await pool.query('CREATE TABLE added_later (workspace_id uuid NOT NULL, id integer PRIMARY KEY)')
  await pool.query('INSERT INTO added_later VALUES ($1, 1)', [workspaceId])
  const deleteIt = () => pool.query('DELETE FROM workspace WHERE id = $1', [workspaceId])

  await expect(deleteIt()).rejects.toThrow(/still has rows in added_later/)

  await pool.query('DELETE FROM added_later')
  expect(await deleteIt()).toMatchObject({ rowCount: 1 })
})
