import { expect, test } from 'vitest'
import { runAdmin } from '../../src/admin/run-admin.ts'
import { storeFilledWorkspace } from '../lifecycle/filled-workspace.ts'
import { storeRun } from '../support/graphql/stored-rows.ts'
import { createTestDatabase } from '../support/test-database.ts'

const database = await createTestDatabase()

async function status(...args: string[]) {
  let stdout = ''
  let stderr = ''
  const code = await runAdmin(['status', ...args], {
    environment: { DATABASE_URL: database.url },
    write: (text) => {
      stdout += text
    },
    writeError: (text) => {
      stderr += text
    },
  })
  return { code, stdout, stderr }
}

test('status of a workspace tells connection, settings, runs, errors, and lag, without personal data', async () => {
  const { workspaceId } = await storeFilledWorkspace(database)
  const held = await storeRun(database, workspaceId, {
    scope: 'RECORDS',
    status: 'PAUSED',
    holdReason: 'Too many records left the list.',
    createdAt: new Date('2020-01-01T00:00:00Z'),
  })
  for (let n = 0; n < 6; n++) {
    await storeRun(database, workspaceId, { status: 'COMPLETED', finishedAt: new Date('2026-11-20T11:00:00Z') })
  }

  const { code, stdout } = await status('--workspace', workspaceId, '--json')

  expect(code).toBe(0)
  const shown = JSON.parse(stdout)
  expect(shown).toMatchObject({
    workspaceId,
    plan: 'GROWTH',
    connection: { status: 'DISCONNECTED', portalId: '4711' },
    settings: { contactsEnabled: true, isPaused: false },
    lastGoodRunAt: '2026-11-20T11:00:00.000Z',
    linkedContacts: 1,
    openErrors: { MISSING_HANDLE: 1 },
    live: { backlog: 1 },
    mailsWaiting: 1,
  })
  expect(shown.runs).toHaveLength(5)
  expect(shown.runs[1]).toMatchObject({ id: held.id, waitingFor: 'Too many records left the list.' })
  expect(stdout).not.toMatch(/acme\.example|home\.example|Ada|Grace|Köln/)
})

test('status of all workspaces counts what waits and what is refused', async () => {
  const { code, stdout } = await status()

  expect(code).toBe(0)
  expect(stdout).toMatch(/^workspaces: \d+$/m)
  expect(stdout).toMatch(/^changesWaiting: \d+$/m)
})

test('status of an unknown workspace is one clear message', async () => {
  expect(await status('--workspace', '01a20aca-c8f9-7289-af08-0ab22d452768')).toMatchObject({
    code: 1,
    stderr: 'There is no workspace 01a20aca-c8f9-7289-af08-0ab22d452768.\n',
  })
})
