import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { authenticate } from '../../src/auth/authenticate.ts'
import { createTestDatabase } from '../support/test-database.ts'

const database = await createTestDatabase()
const root = fileURLToPath(new URL('../..', import.meta.url))

/** What `npm run admin -- …` does. */
async function admin(args: string[], url: string = database.url) {
  const command = ['--import', 'tsx', 'src/admin.ts', ...args]
  const env = { ...process.env, DATABASE_URL: url }
  return promisify(execFile)(process.execPath, command, { cwd: root, env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code: code as number, stdout: stdout as string, stderr: stderr as string }),
  )
}

test('the operator creates a workspace, users and tokens, and changes the plan', async () => {
  const created = await admin([
    'create-workspace',
    '--name',
    'Acme',
    '--plan',
    'STARTER',
    '--admin-email',
    'a@acme.test',
    '--json',
  ])
  const workspace = JSON.parse(created.stdout) as Record<string, string>
  const { workspaceId = '' } = workspace
  const [member, plan, token] = await Promise.all([
    admin(['--json', 'create-user', '--workspace', workspaceId, '--email', 'm@acme.test', '--role', 'MEMBER']),
    admin(['set-plan', '--workspace', workspaceId, '--plan', 'SCALE']),
    admin(['create-token', '--user', workspace.userId ?? '', '--json']),
  ])

  const viewerOf = async ({ token }: { token: string }) => {
    const credentials = { authorization: `Bearer ${token}`, workspaceId: null }
    return (await authenticate({ database, verifyJwt: null }, credentials)).viewer
  }
  expect(plan).toMatchObject({ code: 0, stdout: `workspaceId: ${workspaceId}\nplan: SCALE\n` })
  expect(await viewerOf({ token: workspace.token ?? '' })).toMatchObject({
    workspaceId,
    role: 'WORKSPACE_ADMIN',
    plan: 'SCALE',
  })
  expect(await viewerOf(JSON.parse(member.stdout))).toMatchObject({ workspaceId, role: 'MEMBER' })
  expect(await viewerOf(JSON.parse(token.stdout))).toMatchObject({ userId: workspace.userId })
})

test.for<[why: string, args: string[], says: string]>([
  [
    'an unknown workspace',
    ['set-plan', '--workspace', '01a20aca-c8f9-7289-af08-0ab22d452768', '--plan', 'SCALE'],
    'no workspace',
  ],
  [
    'an unknown plan',
    ['create-workspace', '--name', 'A', '--plan', 'FREE', '--admin-email', 'a@a.test'],
    'STARTER, GROWTH',
  ],
  ['an address that is none', ['create-workspace', '--name', 'A', '--admin-email', 'nobody'], 'e-mail'],
])('%s ends with code 1 and one clear message', async ([_why, args, says]) => {
  const { code, stdout, stderr } = await admin(args)

  expect(code).toBe(1)
  expect(stdout).toBe('')
  expect(stderr).toContain(says)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

test('without DATABASE_URL it says so', async () => {
  const { code, stderr } = await admin(['create-token', '--user', '01a20aca-c8f9-7289-af08-0ab22d452768'], '')

  expect(code).toBe(1)
  expect(stderr).toContain('DATABASE_URL is not set')
})
