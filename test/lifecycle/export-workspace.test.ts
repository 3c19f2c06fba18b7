import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runAdmin } from '../../src/admin/run-admin.ts'
import { exportToFile } from '../../src/admin/write-export.ts'
import { countRows } from '../../src/lifecycle/tenant-tables.ts'
import { cleanUp } from '../support/clean-up.ts'
import { runs } from '../support/runs.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { storeFilledWorkspace } from './filled-workspace.ts'

const database = await createTestDatabase()
const { pool } = database
const folder = await mkdtemp(join(tmpdir(), 'export-'))
cleanUp(() => rm(folder, { recursive: true }))

interface Line {
  readonly table: string
  readonly key: string[]
  readonly row: Record<string, unknown>
}

async function linesOf(file: string): Promise<Line[]> {
  return (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

async function givenWorkspace() {
  const workspace = await storeFilledWorkspace(database)
  const { workspaceId } = workspace
  await database.prisma.hubSpotConnection.update({
    where: { workspaceId },
    data: { accessToken: 'SECRET-access', refreshToken: 'SECRET-refresh' },
  })
  await pool.query(
    `INSERT INTO contact (id, workspace_id, name) SELECT gen_random_uuid(), $1, 'c' || n FROM generate_series(1, 1203) n`,
    [workspaceId],
  )
  return { ...workspace, file: join(folder, `${workspaceId}.jsonl`) }
}

test('an export has each row of the workspace once, and no row of another one', async () => {
  const { workspaceId, userId, organizationId, file } = await givenWorkspace()
  await storeFilledWorkspace(database)

  await exportToFile(pool, workspaceId, file)

  const [first, ...lines] = await linesOf(file)
  const rows = lines.slice(0, -1)
  expect(first).toMatchObject({ export: 'workspace', workspaceId })
  expect(lines.at(-1)).toEqual({ end: true })
  const { oauth_state: _secret, ...counts } = await countRows(pool, workspaceId)
  for (const [table, count] of Object.entries(counts)) {
    const ofTable = rows.filter((line) => line.table === table)
    expect([table, ofTable.length]).toEqual([table, count])
    expect(ofTable.every(({ row }) => row.workspace_id === workspaceId)).toBe(true)
    expect(new Set(ofTable.map(({ key }) => JSON.stringify(key))).size).toBe(count)
  }
  const around = rows.filter(({ table }) => !(table in counts)).map(({ table, row }) => [table, row.id])
  expect(around).toEqual([
    ['organization', organizationId],
    ['workspace', workspaceId],
    ['app_user', userId],
  ])
})

test('an export contains no secrets', async () => {
  const { workspaceId, file } = await givenWorkspace()

  await exportToFile(pool, workspaceId, file)

  const text = await readFile(file, 'utf8')
  expect(text).not.toMatch(/SECRET|token_hash|code_verifier|access_token"|refresh_token"/)
  expect(text).toContain('"table":"hubspot_connection"')
})

test('an export that was interrupted anywhere continues, and then equals one that was not', async () => {
  const { workspaceId, file } = await givenWorkspace()
  await exportToFile(pool, workspaceId, file)
  const whole = await readFile(file)

  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), async (length) => {
      await writeFile(file, whole)
      await truncate(file, length)
      if (length > 0 && !whole.subarray(0, length).includes(10)) return

      await exportToFile(pool, workspaceId, file)

      const [, ...lines] = (await readFile(file, 'utf8')).split('\n')
      expect(lines).toEqual(whole.toString().split('\n').slice(1))
    }),
    { numRuns: runs(10, 300) },
  )
  await expect(exportToFile(pool, workspaceId, file)).rejects.toThrow('is complete')
})

test('a file with something else in it is left alone', async () => {
  const { workspaceId, file } = await givenWorkspace()
  await writeFile(file, 'precious\n')

  await expect(exportToFile(pool, workspaceId, file)).rejects.toThrow('not an export of this workspace')
  expect(await readFile(file, 'utf8')).toBe('precious\n')
})

test('the command writes to its output, continues after a position, and is in the audit log', async () => {
  const { workspaceId } = await givenWorkspace()
  const run = async (...args: string[]) => {
    let stdout = ''
    const code = await runAdmin(['export-workspace', '--workspace', workspaceId, '--out', '-', ...args], {
      environment: { DATABASE_URL: database.url },
      write: (text) => {
        stdout += text
      },
      writeError: () => {},
    })
    return { code, lines: stdout.trimEnd().split('\n') }
  }

  const { code, lines } = await run()
  const { table, key } = JSON.parse(lines[700] ?? '')
  const rest = await run('--after', JSON.stringify({ table, key }))

  expect(code).toBe(0)
  // The audit log has one entry more.
  expect(rest.lines).toEqual(expect.arrayContaining(lines.slice(701)))
  expect(rest.lines).not.toContain(lines[700])
  expect(await database.prisma.auditEntry.count({ where: { workspaceId, action: 'WORKSPACE_EXPORTED' } })).toBe(2)
})
