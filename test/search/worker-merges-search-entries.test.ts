import { expect, test } from 'vitest'
import { startProcess } from '../../embedded/processes.ts'
import { newId } from '../../src/database/new-id.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { waitFor } from '../support/wait-for.ts'

const database = await createTestDatabase()
const { pool } = database
const { rows: roles } = await pool.query<{ isSuperuser: boolean }>(
  'SELECT rolsuper AS "isSuperuser" FROM pg_roles WHERE rolname = current_user',
)
const mayLookIntoIndexes = roles[0]?.isSuperuser === true

async function waitingPages(): Promise<number> {
  const { rows } = await pool.query<{ pages: number }>(
    `SELECT sum((pgstatginindex(name::regclass)).pending_pages)::integer AS pages
     FROM unnest(ARRAY ['contact_name_trgm_idx', 'contact_handle_trgm_idx', 'contact_custom_fields_idx']) AS name`,
  )
  return rows[0]?.pages ?? 0
}

test.skipIf(!mayLookIntoIndexes)(
  'a running worker merges new entries of other processes into the search indexes (B4)',
  async () => {
    await pool.query('CREATE EXTENSION pgstattuple')
    // Autovacuum merges pending entries as well.
    for (const table of ['contact', 'contact_handle']) {
      await pool.query(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`)
    }
    await pool.query(
      `WITH added AS (
       INSERT INTO contact (id, workspace_id, name) SELECT gen_random_uuid(), $1, 'Marigold ' || n FROM generate_series(1, 500) AS n
       RETURNING id)
     INSERT INTO contact_handle (workspace_id, contact_id, source, value)
     SELECT $1, id, 'EMAIL', id || '@example.test' FROM added`,
      [newId()],
    )
    expect(await waitingPages()).toBeGreaterThan(10)

    const worker = await startProcess('work', await createProcessEnvironment(database))
    cleanUp(() => worker.stop())

    await waitFor(async () => (await waitingPages()) === 0)
  },
  60_000,
)
