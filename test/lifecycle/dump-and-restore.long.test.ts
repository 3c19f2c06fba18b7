import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, inject, test } from 'vitest'
import { openDatabase } from '../../src/database/database.ts'
import { openEncryption } from '../../src/encryption/encryption.ts'
import type { SyncRun } from '../../src/generated/prisma/client.ts'
import { countRows } from '../../src/lifecycle/tenant-tables.ts'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { recoverRuns } from '../../src/sync/runs/recover-runs.ts'
import type { RunChunk } from '../../src/sync/sync-context.ts'
import { workOnRun } from '../../src/sync/work-on-run.ts'
import { wireContexts } from '../../src/wire-contexts.ts'
import { cleanUp } from '../support/clean-up.ts'
import { administer, databaseUrlOf } from '../support/database-server.ts'
import { createTestSync, setUpSeededListSync, startTestSimulator } from '../support/test-sync.ts'

const run = promisify(execFile)
const tools = await findTools()

/** pg_dump and pg_restore that are not older than the server; older ones refuse. */
async function findTools(): Promise<{ dump: string; restore: string } | null> {
  const { rows } = await administer(inject('serverUrl'), 'SHOW server_version_num')
  const serverVersion = Math.floor(Number(rows[0].server_version_num) / 10_000)
  const installed = await readdir('/usr/lib/postgresql').catch(() => [])
  for (const folder of ['', ...installed.map((version) => `/usr/lib/postgresql/${version}/bin/`)]) {
    const { stdout } = await run(`${folder}pg_dump`, ['--version']).catch(() => ({ stdout: '' }))
    const version = Number(/(\d+)/.exec(stdout)?.[1] ?? 0)
    if (version >= serverVersion) return { dump: `${folder}pg_dump`, restore: `${folder}pg_restore` }
  }
  console.warn(`The test of dump and restore is skipped: there is no pg_dump for PostgreSQL ${serverVersion}.`)
  return null
}

/** An empty database that belongs to a role without any rights beyond it. */
async function givenPlainDatabase(): Promise<string> {
  const serverUrl = inject('serverUrl')
  const name = `${inject('runName')}_restored_${process.pid}`
  const role = `${name}_owner`
  const password = randomBytes(8).toString('hex')
  await administer(serverUrl, `CREATE ROLE ${role} LOGIN PASSWORD '${password}'`)
  await administer(serverUrl, `CREATE DATABASE ${name} OWNER ${role}`)
  cleanUp(async () => {
    await administer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`)
    await administer(serverUrl, `DROP ROLE ${role}`)
  })
  const url = new URL(databaseUrlOf(serverUrl, name))
  url.username = role
  url.password = password
  return url.href
}

test.skipIf(tools === null)(
  'I8: a run in the middle of its work goes on after a dump was restored as a plain role, with an empty queue',
  async () => {
    const simulator = await startTestSimulator({ portals: [{ contacts: 600, seed: 5 }] })
    const sync = await createTestSync({ simulator, tuning: { pageSize: 50, chunkMs: 1 } })
    const { workspaceId } = sync.viewer
    await setUpSeededListSync(sync)
    const { id: runId } = await startSync(sync.context, sync.viewer)
    while ((await sync.database.prisma.contactLink.count({ where: { workspaceId } })) === 0) {
      expect(await workOnRun(sync.context, { workspaceId, runId }, new AbortController().signal)).toBe('more')
    }
    const folder = await mkdtemp(join(tmpdir(), 'dump-'))
    cleanUp(() => rm(folder, { recursive: true }))
    const file = join(folder, 'all.dump')
    const url = await givenPlainDatabase()

    await run(tools?.dump ?? '', [
      '--format=custom',
      '--no-owner',
      '--no-privileges',
      '--file',
      file,
      sync.database.url,
    ])
    await run(tools?.restore ?? '', ['--no-owner', '--no-privileges', '--exit-on-error', '--dbname', url, file])
    // What the dump does not have, as if it had never happened.
    await sync.workOff()

    const database = openDatabase(url, { connections: 5 })
    cleanUp(() => database.close())
    const queue: RunChunk[] = []
    const { sync: restored } = wireContexts({
      database,
      encryption: openEncryption(sync.encryptionKeys),
      hubspot: sync.connection.hubspot,
      announcements: sync.context.announcements,
      enqueueRun: async (chunk) => void queue.push(chunk),
      now: () => new Date(Date.now() + 60_000),
      log: sync.context.log,
      tuning: sync.context.tuning,
    })
    expect(await countRows(database.pool, workspaceId)).not.toMatchObject({ contact_link: 0 })
    await recoverRuns(restored)
    for (let chunk = queue.shift(); chunk !== undefined; chunk = queue.shift()) {
      if ((await workOnRun(restored, chunk, new AbortController().signal)) === 'more') queue.push(chunk)
    }

    const [ended, undisturbed] = [
      await database.prisma.syncRun.findUniqueOrThrow({ where: { id: runId } }),
      await sync.run(runId),
    ]
    expect(ended.status).toMatch(/^COMPLETED/)
    expect(pick(ended)).toEqual(pick(undisturbed))
    expect(await countRows(database.pool, workspaceId)).toEqual(await countRows(sync.database.pool, workspaceId))
  },
)

function pick({ status, created, updated, linked, skipped, failed }: SyncRun) {
  return { status, created, updated, linked, skipped, failed }
}
