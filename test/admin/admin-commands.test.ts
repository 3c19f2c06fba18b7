import { execFile } from 'node:child_process'
import { env as environment, execPath as nodePath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { runAdmin } from '../../src/admin/run-admin.ts'
import { authenticate } from '../../src/auth/authenticate.ts'
import { openEncryption } from '../../src/encryption/encryption.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { createTestDatabase } from '../support/test-database.ts'

const database = await createTestDatabase()
/** Runs the command of `npm run admin -- …`. */
async function admin(args: string[], url: string = database.url, variables: Record<string, string> = {}) {
  const printed = { stdout: '', stderr: '' }
  const code = await runAdmin(args, {
    environment: { DATABASE_URL: url, ...variables },
    write: (text) => {
      printed.stdout += text
    },
    writeError: (text) => {
      printed.stderr += text
    },
  })
  return { code, ...printed }
}

test('the process prints the result and an error where they belong, and exits with the code of the command', async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const start = (args: string[]) =>
    promisify(execFile)(nodePath, ['--import', 'tsx', 'src/admin.ts', ...args], {
      cwd: root,
      env: { ...environment, DATABASE_URL: database.url },
    }).catch((failure: { code: number; stdout: string; stderr: string }) => failure)
  const address = ['--admin-email', 'p@acme.test']

  const [created, refused] = await Promise.all([
    start(['create-workspace', '--name', 'P', ...address, '--json']),
    start(['create-workspace', '--name', 'P', ...address, '--plan', 'FREE']),
  ])

  expect(JSON.parse(created.stdout)).toMatchObject({ token: expect.any(String) })
  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('STARTER, GROWTH') })
})

test('the operator creates a workspace, users, and tokens, and changes the plan', async () => {
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
  ['an invalid email address', ['create-workspace', '--name', 'A', '--admin-email', 'nobody'], 'email address'],
])('%s makes the command exit with code 1 and one clear message', async ([_why, args, says]) => {
  const { code, stdout, stderr } = await admin(args)

  expect(code).toBe(1)
  expect(stdout).toBe('')
  expect(stderr).toContain(says)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

test('without DATABASE_URL, the command reports that it is missing', async () => {
  const { code, stderr } = await admin(['create-token', '--user', '01a20aca-c8f9-7289-af08-0ab22d452768'], '')

  expect(code).toBe(1)
  expect(stderr).toContain('DATABASE_URL is not set')
})

function storeConnection(workspaceId: string, tokens: { accessToken?: string; refreshToken: string }) {
  return database.prisma.hubSpotConnection.create({
    data: {
      workspaceId,
      status: 'CONNECTED',
      portalId: 1,
      uiDomain: '',
      dataHostingLocation: '',
      timeZone: '',
      scopes: [],
      connectedAt: new Date(),
      ...tokens,
    },
  })
}

test('rotate-keys prints its result as JSON and reports every mistake in its environment', async () => {
  const key = (id: string) => `${id}:${Buffer.alloc(32, id).toString('base64')}`
  const { workspaceId } = await createWorkspace(database, { name: 'R', plan: 'GROWTH', adminEmail: 'r@b.test' })
  const { encrypt } = openEncryption(key('old'))
  await storeConnection(workspaceId, {
    accessToken: encrypt('access', workspaceId),
    refreshToken: encrypt('refresh', workspaceId),
  })

  const rotated = await admin(['rotate-keys', '--json'], undefined, { ENCRYPTION_KEYS: `${key('new')},${key('old')}` })
  const lost = await admin(['rotate-keys', '--json'], undefined, { ENCRYPTION_KEYS: key('other') })
  const unset = await admin(['rotate-keys'], '', { ENCRYPTION_KEYS: `${key('a')},${key('a')}` })

  expect(rotated).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(rotated.stdout)).toEqual({ rotated: 2, alreadyCurrent: 0, unreadable: 0, missingKeys: [] })
  expect(lost.code).toBe(1)
  expect(JSON.parse(lost.stdout)).toEqual({ rotated: 0, alreadyCurrent: 0, unreadable: 2, missingKeys: ['new'] })
  expect(lost.stderr).toContain('(new)')
  expect(unset.code).toBe(1)
  expect(unset.stderr).toContain('DATABASE_URL is not set')
  expect(unset.stderr).toContain('ENCRYPTION_KEYS must give each key a different id')
})

test.for<[command: string, args: (ids: { workspaceId: string; userId: string }) => string[], names: string[]]>([
  [
    'create-workspace',
    () => ['--name', 'A', '--plan', 'SCALE', '--admin-email', 'a@b.test'],
    ['workspaceId', 'userId', 'token'],
  ],
  [
    'create-user',
    ({ workspaceId }) => ['--workspace', workspaceId, '--email', 'c@b.test', '--role', 'COMPANY_ADMIN'],
    ['userId', 'token'],
  ],
  ['set-plan', ({ workspaceId }) => ['--workspace', workspaceId, '--plan', 'PREMIER'], ['workspaceId', 'plan']],
  ['create-token', ({ userId }) => ['--user', userId], ['token']],
])('%s --json prints one object with the documented names', async ([command, args, names]) => {
  const ids = await createWorkspace(database, { name: 'W', plan: 'GROWTH', adminEmail: 'w@b.test' })

  const { code, stdout } = await admin([command, ...args(ids), '--json'])

  expect(code).toBe(0)
  expect(stdout.trim().split('\n')).toHaveLength(1)
  expect(Object.keys(JSON.parse(stdout))).toEqual(expect.arrayContaining(names))
})

test('delete-workspace asks for the name, deletes everything, and says that HubSpot keeps the token', async () => {
  const { workspaceId } = await createWorkspace(database, { name: 'Gone', plan: 'GROWTH', adminEmail: 'gone@b.test' })
  await storeConnection(workspaceId, { refreshToken: 'sealed' })
  const command = (confirm: string) => admin(['delete-workspace', '--workspace', workspaceId, '--confirm', confirm])

  const refused = await command('Other')
  const deleted = await command('Gone')

  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('"Gone"') })
  expect(deleted).toMatchObject({ code: 0, stderr: expect.stringContaining('HUBSPOT_CLIENT_ID') })
  expect(deleted.stdout).toMatch(/^ {2}contact: 0$/m)
  expect(deleted.stdout).toContain('hubspotToken: FAILED')
  expect(await command('Gone')).toMatchObject({ code: 1, stderr: expect.stringContaining('no table has rows of it') })
})
