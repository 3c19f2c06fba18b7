import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { expect, it } from 'vitest'
import { migrate } from '../../src/database/migrate.ts'
import { createBareDatabase } from '../support/bare-database.ts'
import { cleanUp } from '../support/clean-up.ts'

const migrations = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))
/** The last migration of release 0.2.0. */
const lastOfRelease = '20261127050000_departures_left_open_and_room_used'
const contacts = 100_000

async function migrationsOfRelease(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hcs-release-'))
  cleanUp(() => rm(folder, { recursive: true, force: true }))
  const names = (await readdir(migrations)).filter((name) => /^\d{14}_/.test(name) && name <= lastOfRelease)
  for (const name of names) await cp(join(migrations, name), join(folder, name), { recursive: true })
  return folder
}

/** Contacts with handles in the tables of the release. */
async function fill(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `WITH organization AS (INSERT INTO organization (id, name) VALUES (gen_random_uuid(), 'Org') RETURNING id)
     INSERT INTO workspace (id, organization_id, name, plan)
     SELECT gen_random_uuid(), id, 'W', 'GROWTH' FROM organization RETURNING id`,
  )
  const workspaceId = rows[0]?.id ?? ''
  await client.query(
    `INSERT INTO contact (id, workspace_id, external_id, name, custom_fields)
     SELECT gen_random_uuid(), $1, number::text, 'Ñandú ' || number, '{"city": "Lyon"}' FROM generate_series(1, ${contacts}) AS number`,
    [workspaceId],
  )
  await client.query(
    `INSERT INTO contact_handle (workspace_id, contact_id, source, value)
     SELECT $1, id, 'EMAIL', external_id || '@x.example' FROM contact`,
    [workspaceId],
  )
  await client.query('ANALYZE')
  return workspaceId
}

it(`an upgrade from the last release keeps ${contacts} contacts, fails no statement of the old processes, and never waits long for a lock`, async () => {
  // given: the database of the last release, and clients that do what its processes did
  const url = await createBareDatabase('empty')
  await migrate(url, { folder: await migrationsOfRelease() })
  const open = async () => {
    const client = new pg.Client({ connectionString: url, options: '-c lock_timeout=10s' })
    await client.connect()
    cleanUp(() => client.end())
    return client
  }
  const admin = await open()
  const workspaceId = await fill(admin)
  let isOver = false
  let statements = 0
  let longestStatementMs = 0
  const work = async (client: pg.Client, text: string) => {
    while (!isOver) {
      const startedAt = performance.now()
      await client.query(text, [workspaceId, String((statements++ % contacts) + 1)])
      longestStatementMs = Math.max(longestStatementMs, performance.now() - startedAt)
      await sleep(5)
    }
  }
  const read = `SELECT contact.id, name, value FROM contact JOIN contact_handle ON contact_id = contact.id
    WHERE contact.workspace_id = $1 AND external_id = $2`
  const write = 'UPDATE contact SET description = $2, updated_at = now() WHERE workspace_id = $1 AND external_id = $2'
  const working = Promise.all([work(await open(), read), work(await open(), read), work(await open(), write)])
  working.catch(() => {})
  // The migration's own waits for a lock, behind which others queue.
  let longestWaitMs = 0
  const watch = async (client: pg.Client) => {
    while (!isOver) {
      const { rows } = await client.query<{ ms: number }>(
        `SELECT extract(epoch FROM clock_timestamp() - waitstart)::float8 * 1000 AS ms
         FROM pg_locks JOIN pg_stat_activity USING (pid)
         WHERE NOT granted AND application_name = 'upgrade' AND waitstart IS NOT NULL`,
      )
      for (const { ms } of rows) longestWaitMs = Math.max(longestWaitMs, ms)
      await sleep(10)
    }
  }
  const watching = watch(await open())

  // when
  const named = new URL(url)
  named.searchParams.set('application_name', 'upgrade')
  const applied = await migrate(named.href, { say: () => {} })
  isOver = true

  // then
  await working
  await watching
  expect(applied.length).toBeGreaterThan(0)
  expect(statements).toBeGreaterThan(0)
  // lock_timeout ends each wait after 150 ms. The rest is for a machine that is too busy to end it in time.
  expect(longestWaitMs).toBeLessThan(5_000)
  const { rows } = await admin.query(
    `SELECT count(*)::int AS contacts, count(value)::int AS handles
     FROM contact LEFT JOIN contact_handle ON contact_id = contact.id WHERE contact.workspace_id = $1`,
    [workspaceId],
  )
  expect(rows).toEqual([{ contacts, handles: contacts }])
  console.log(
    `${statements} statements meanwhile. The longest took ${Math.round(longestStatementMs)} ms, the longest wait of the migration for a lock ${Math.round(longestWaitMs)} ms.`,
  )
})
