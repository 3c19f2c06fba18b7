import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { authenticate, authenticateAll, type Credentials } from '../../src/auth/authenticate.ts'
import { createToken, createUser } from '../../src/workspaces/manage-users.ts'
import { createWorkspace, setPlan } from '../../src/workspaces/manage-workspaces.ts'
import { createTestDatabase } from '../support/test-database.ts'

const database = await createTestDatabase()
const { prisma } = database

const newWorkspace = (organizationId?: string) =>
  createWorkspace(database, { name: 'Test', plan: 'GROWTH', adminEmail: 'admin@example.test', organizationId })

/** Authenticates alone and together with others. Both must have the same result. */
const viewerBy = async (credentials: Credentials, now?: Date) => {
  const context = { database, verifyJwt: null }
  const nobody: Credentials = { authorization: `Bearer hcs_${'N'.repeat(43)}`, workspaceId: null }
  const [before, together, after] = await authenticateAll(context, [nobody, credentials, nobody], now)
  expect([before, after]).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
  try {
    const session = await authenticate(context, credentials, now)
    expect(together).toEqual({ status: 'fulfilled', value: session })
    return session.viewer
  } catch (reason) {
    expect(together).toEqual({ status: 'rejected', reason })
    throw reason
  }
}

const authenticateBy = (token: string, { workspaceId = null, now }: { workspaceId?: string | null; now?: Date } = {}) =>
  viewerBy({ authorization: `Bearer ${token}`, workspaceId }, now)

test('a token identifies the user, the workspace, and the plan', async () => {
  const { token, workspaceId, organizationId, userId } = await newWorkspace()
  const viewer = { userId, organizationId, workspaceId, role: 'WORKSPACE_ADMIN' }

  expect(await authenticateBy(token)).toMatchObject({ ...viewer, plan: 'GROWTH' })
  await setPlan(database, workspaceId, 'STARTER')
  expect(await authenticateBy(token)).toMatchObject({ ...viewer, plan: 'STARTER' })
})

test('the token is 256 random bits and only its hash is stored', async () => {
  const { token, userId } = await newWorkspace()

  const stored = await prisma.apiToken.findFirstOrThrow({ where: { userId } })

  expect(Buffer.from(token.replace('hcs_', ''), 'base64url')).toHaveLength(32)
  expect(Buffer.from(stored.tokenHash)).toEqual(createHash('sha256').update(token).digest())
  expect(JSON.stringify(stored)).not.toContain(token)
})

test.for<[authorization: string | null]>([
  [null],
  [''],
  ['Bearer'],
  ['Basic YTpi'],
  ['Bearer hcs_short'],
  [`Bearer hcs_${'A'.repeat(43)}`],
  [`hcs_${'A'.repeat(43)}`],
])('the authorization header %j is rejected', async ([authorization]) => {
  await expect(viewerBy({ authorization, workspaceId: null })).rejects.toMatchObject({
    name: 'AuthenticationError',
    code: 'UNAUTHENTICATED',
  })
})

test('revoked and expired tokens are rejected immediately', async () => {
  const { token, userId } = await newWorkspace()
  const revoked = await createToken(database, { userId })
  await prisma.apiToken.updateMany({ where: { userId, name: 'operator' }, data: { revokedAt: new Date() } })
  const expiresAt = new Date('2030-01-01T00:00:00Z')
  await prisma.apiToken.updateMany({ where: { userId, name: 'admin@example.test' }, data: { expiresAt } })

  await expect(authenticateBy(revoked.token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  await expect(authenticateBy(token, { now: expiresAt })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  await expect(authenticateBy(token, { now: new Date(expiresAt.getTime() - 1) })).resolves.toMatchObject({ userId })
})

test('B20: a token acts in its own workspace, however many its user has, and in no other', async () => {
  const first = await newWorkspace()
  const second = await newWorkspace(first.organizationId)
  const foreign = await newWorkspace()
  expect(second.userId).toBe(first.userId)

  for (const { token, workspaceId } of [first, second]) {
    const viewer = { userId: first.userId, workspaceId, role: 'WORKSPACE_ADMIN' }
    expect(await authenticateBy(token)).toMatchObject(viewer)
    expect(await authenticateBy(token, { workspaceId })).toMatchObject(viewer)
  }
  for (const workspaceId of [second.workspaceId, foreign.workspaceId, 'nonsense']) {
    await expect(authenticateBy(first.token, { workspaceId })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  }
})

test('B20: a token of a user who no longer belongs to its workspace is rejected', async () => {
  const first = await newWorkspace()
  await newWorkspace(first.organizationId)
  await prisma.membership.deleteMany({ where: { userId: first.userId, workspaceId: first.workspaceId } })

  await expect(authenticateBy(first.token)).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: 'You no longer belong to the workspace of this API token.',
  })
})

test('B20: a role applies to its own workspace only, and a company admin can act in every workspace of the organization', async () => {
  const first = await newWorkspace()
  const second = await newWorkspace(first.organizationId)
  const foreign = await newWorkspace()
  const { workspaceId } = first
  const member = await createUser(database, { workspaceId, email: 'member@example.test', role: 'MEMBER' })
  const company = await createUser(database, { workspaceId, email: 'company@example.test', role: 'COMPANY_ADMIN' })

  expect(await authenticateBy(member.token)).toMatchObject({ workspaceId, role: 'MEMBER' })
  await expect(authenticateBy(member.token, second)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  const elsewhere = await createToken(database, { userId: company.userId, workspaceId: second.workspaceId })
  expect(await authenticateBy(elsewhere.token)).toMatchObject({
    workspaceId: second.workspaceId,
    role: 'COMPANY_ADMIN',
  })
  await expect(createToken(database, { userId: company.userId, workspaceId: foreign.workspaceId })).rejects.toThrow(
    'does not belong',
  )
})

test('the time of the last use is stored at most once a minute', async () => {
  const { token, userId } = await newWorkspace()
  const at = (seconds: number) => new Date(Date.UTC(2026, 10, 23, 12, 0, seconds))
  const noted = async (now: Date) => {
    await authenticateBy(token, { now })
    return (await prisma.apiToken.findFirstOrThrow({ where: { userId } })).lastUsedAt
  }

  expect(await noted(at(0))).toEqual(at(0))
  expect(await noted(at(59))).toEqual(at(0))
  expect(await noted(at(60))).toEqual(at(60))
})
