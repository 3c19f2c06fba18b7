import { expect, test } from 'vitest'
import { runAdmin } from '../../src/admin/run-admin.ts'
import { authenticate } from '../../src/auth/authenticate.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { createTestDatabase } from '../support/test-database.ts'

const database = await createTestDatabase()

async function admin(...args: string[]) {
  const printed = { stdout: '', stderr: '' }
  const code = await runAdmin(args, {
    environment: { DATABASE_URL: database.url },
    write: (text) => {
      printed.stdout += text
    },
    writeError: (text) => {
      printed.stderr += text
    },
  })
  return { code, ...printed }
}

/** The result of a command that succeeds. */
async function result(...args: string[]) {
  const { code, stdout, stderr } = await admin(...args, '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

const newWorkspace = () => createWorkspace(database, { name: 'W', plan: 'GROWTH', adminEmail: 'w@b.test' })

const viewerOf = async (token: string) =>
  (await authenticate({ database, verifyJwt: null }, { authorization: `Bearer ${token}`, workspaceId: null })).viewer

const members = async (workspaceId: string): Promise<Record<string, string>[]> =>
  (await result('list-members', '--workspace', workspaceId)).members

test('B20: create-user gives an existing user exactly the role that was asked for, also a lower one', async () => {
  const { workspaceId } = await newWorkspace()
  const create = (role: string) =>
    result('create-user', '--workspace', workspaceId, '--email', 'c@b.test', '--role', role)

  for (const role of ['COMPANY_ADMIN', 'MEMBER', 'WORKSPACE_ADMIN', 'COMPANY_ADMIN', 'WORKSPACE_ADMIN', 'MEMBER']) {
    const { token } = await create(role)
    expect(await viewerOf(token)).toMatchObject({ role })
    expect(await members(workspaceId)).toContainEqual(expect.objectContaining({ email: 'c@b.test', role }))
  }
})

test('B19: the operator changes roles and removes users, but the last admin stays', async () => {
  const { workspaceId, userId } = await newWorkspace()
  const other = await result('create-user', '--workspace', workspaceId, '--email', 'o@b.test', '--role', 'MEMBER')
  const of = (user: string) => ['--workspace', workspaceId, '--user', user]

  const refused = await Promise.all([
    admin('set-role', ...of(userId), '--role', 'MEMBER'),
    admin('remove-user', ...of(userId)),
    admin('create-user', '--workspace', workspaceId, '--email', 'w@b.test', '--role', 'MEMBER'),
  ])
  const raised = await result('set-role', ...of(other.userId), '--role', 'WORKSPACE_ADMIN')
  await result('remove-user', ...of(userId))

  for (const { code, stdout, stderr } of refused) {
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('"W" would have no admin left')
  }
  expect(raised).toEqual({ workspaceId, userId: other.userId, role: 'WORKSPACE_ADMIN' })
  expect(await members(workspaceId)).toMatchObject([{ userId: other.userId, role: 'WORKSPACE_ADMIN' }])
})

test('the operator lists, creates, and revokes tokens', async () => {
  const { workspaceId, userId } = await newWorkspace()
  const elsewhere = await newWorkspace()

  const { token, tokenId } = await result(
    'create-token',
    ...['--user', userId, '--workspace', workspaceId, '--name', 'CI', '--scopes', 'READ', 'WRITE'],
    ...['--expires-at', '2099-01-01T00:00:00Z'],
  )
  const { tokens } = await result('list-tokens', '--workspace', workspaceId)
  const shown = await admin('list-tokens', '--workspace', workspaceId, '--user', userId)
  const viewer = await viewerOf(token)
  await result('revoke-token', '--token', tokenId)

  expect(viewer).toMatchObject({ userId, scopes: ['READ', 'WRITE'] })
  expect(tokens).toHaveLength(2)
  expect(tokens[1]).toEqual({
    tokenId,
    userId,
    name: 'CI',
    scopes: ['READ', 'WRITE'],
    createdAt: expect.any(String),
    expiresAt: '2099-01-01T00:00:00.000Z',
    lastUsedAt: null,
    revokedAt: null,
  })
  expect(shown.stdout).toContain(`\n\ntokenId: ${tokenId}\nuserId: ${userId}\nname: CI\nscopes: READ,WRITE\n`)
  expect(shown.stdout).not.toContain('Hash')
  await expect(viewerOf(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  const foreign = await admin('create-token', '--user', userId, '--workspace', elsewhere.workspaceId)
  expect(foreign).toMatchObject({ code: 1, stderr: expect.stringContaining('does not belong to the workspace') })
})

test('a user with several workspaces gets a token for a named one only, and the message lists them', async () => {
  const first = await newWorkspace()
  const second = await result(
    'create-workspace',
    ...['--name', 'Second', '--admin-email', 'w@b.test', '--organization', first.organizationId],
  )
  const listed: { workspaces: Record<string, string>[] } = await result('list-workspaces')

  const refused = await admin('create-token', '--user', first.userId)
  const created = await result('create-token', '--user', first.userId, '--workspace', second.workspaceId)

  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain(`${first.workspaceId} (W), ${second.workspaceId} (Second)`)
  expect(await viewerOf(created.token)).toMatchObject({ workspaceId: second.workspaceId })
  expect(listed.workspaces).toContainEqual({
    workspaceId: second.workspaceId,
    organizationId: first.organizationId,
    name: 'Second',
    plan: 'GROWTH',
    deletionStartedAt: null,
  })
})

test('a company admin who gets another workspace stays a company admin', async () => {
  const { workspaceId, organizationId } = await newWorkspace()
  await result('create-user', '--workspace', workspaceId, '--email', 'c@b.test', '--role', 'COMPANY_ADMIN')

  const { token } = await result(
    'create-workspace',
    ...['--name', 'Second', '--admin-email', 'c@b.test', '--organization', organizationId],
  )

  expect(await viewerOf(token)).toMatchObject({ role: 'COMPANY_ADMIN' })
})

test("the operator's acts are in the audit log, without a user", async () => {
  const created = await result('create-workspace', '--name', 'Logged', '--admin-email', 'l@b.test')
  const { workspaceId } = created
  const other = await result('create-user', '--workspace', workspaceId, '--email', 'o@b.test', '--role', 'MEMBER')
  const of = ['--workspace', workspaceId, '--user', other.userId]
  await result('set-role', ...of, '--role', 'WORKSPACE_ADMIN')
  await result('set-role', ...of, '--role', 'WORKSPACE_ADMIN')
  const { tokenId } = await result('create-token', '--user', other.userId, '--name', 'CI')
  await result('revoke-token', '--token', tokenId)
  await result('remove-user', ...of)
  await result('create-machine-user', '--workspace', workspaceId, '--name', 'Import')
  await result('set-plan', '--workspace', workspaceId, '--plan', 'SCALE')

  const entries = await database.prisma.auditEntry.findMany({ where: { workspaceId }, orderBy: { id: 'asc' } })

  expect(entries.map(({ action, userId, isDone, subjectLabel }) => [action, userId, isDone, subjectLabel])).toEqual([
    ['WORKSPACE_CREATED', null, true, ''],
    ['MEMBER_INVITED', null, true, 'o@b.test'],
    ['MEMBER_ROLE_CHANGED', null, true, 'o@b.test'],
    ['TOKEN_CREATED', null, true, 'CI'],
    ['TOKEN_REVOKED', null, true, 'CI'],
    ['MEMBER_REMOVED', null, true, 'o@b.test'],
    ['MACHINE_USER_CREATED', null, true, 'Import'],
    ['PLAN_CHANGED', null, true, ''],
  ])
})

test('the operator creates a machine user with a token', async () => {
  const { workspaceId } = await newWorkspace()

  const { userId, token } = await result(
    'create-machine-user',
    ...['--workspace', workspaceId, '--name', 'Import', '--scopes', 'READ'],
  )

  expect(await viewerOf(token)).toMatchObject({ userId, role: 'MEMBER', scopes: ['READ'] })
  expect(await members(workspaceId)).toContainEqual(
    expect.objectContaining({ userId, email: null, name: 'Import', isMachine: true, role: 'MEMBER' }),
  )
})
