import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { authenticate, authenticateAll, type Credentials } from '../../src/auth/authenticate.ts'
import { openJwtVerifier } from '../../src/auth/json-web-token.ts'
import type { UserClaim } from '../../src/config/environment.ts'
import { createMachineUser, inviteMember, removeMember } from '../../src/workspaces/manage-members.ts'
import { setSubject } from '../../src/workspaces/manage-users.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { createTestDatabase } from '../support/test-database.ts'

const database = await createTestDatabase()
const { prisma } = database
const jwtSecret = 'a secret of thirty-two characters'

const newWorkspace = (organizationId?: string) =>
  createWorkspace(database, { name: 'Test', plan: 'GROWTH', adminEmail: 'admin@example.test', organizationId })

interface Claims {
  readonly sub?: string
  readonly email?: string
  readonly email_verified?: unknown
}

/** The session of a log-in: alone, and as it is checked again together with others. Both must agree. */
async function logIn(userClaim: UserClaim, { sub = 'auth0|1', ...claims }: Claims, workspaceId: string | null = null) {
  const verifyJwt = openJwtVerifier({ jwtSecret, jwksUrl: null, issuer: null, audience: null, userClaim })
  const jwt = new SignJWT({ ...claims }).setSubject(sub).setIssuedAt().setExpirationTime('5 minutes')
  const token = await jwt.setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(jwtSecret))
  const credentials: Credentials = { authorization: `Bearer ${token}`, workspaceId }
  const [together] = await authenticateAll({ database, verifyJwt }, [credentials, credentials])
  const alone = await authenticate({ database, verifyJwt }, credentials).then(
    (value) => ({ status: 'fulfilled' as const, value }),
    (reason) => ({ status: 'rejected' as const, reason }),
  )
  expect(together).toEqual(alone)
  if (alone.status === 'rejected') throw alone.reason
  return alone.value
}

let count = 0
const newEmail = () => `person${++count}@example.test`
const rejected = { name: 'AuthenticationError', code: 'UNAUTHENTICATED' }

test('B20: by email, a verified address in any case names the user, and any other is rejected', async () => {
  const { workspaceId } = await newWorkspace()
  const email = newEmail()
  const { userId } = await inviteMember(database, null, workspaceId, { email, role: 'MEMBER' })

  const session = await logIn('email', { email: email.toUpperCase(), email_verified: true })

  expect(session).toMatchObject({ viewer: { userId, workspaceId, role: 'MEMBER' }, credentialId: `user-${userId}` })
  expect(session.viewer.scopes).toBeUndefined()
  for (const claims of [
    { email },
    { email, email_verified: false },
    { email: newEmail(), email_verified: true },
    { email_verified: true },
    { sub: userId },
  ]) {
    await expect(logIn('email', claims)).rejects.toMatchObject(rejected)
  }
})

test('B20: by subject, the first log-in with a verified address stores the subject; after that, the address does not matter', async () => {
  const { workspaceId } = await newWorkspace()
  const email = newEmail()
  const { userId } = await inviteMember(database, null, workspaceId, { email, role: 'MEMBER' })
  const sub = `auth0|${userId}`

  await expect(logIn('sub', { sub, email, email_verified: false })).rejects.toMatchObject(rejected)
  const first = await logIn('sub', { sub, email, email_verified: true })
  const later = await logIn('sub', { sub })

  expect(first.viewer.userId).toBe(userId)
  expect(later.viewer).toEqual(first.viewer)
  expect(await prisma.user.findUnique({ where: { id: userId } })).toMatchObject({ externalSubject: sub })
  // Whoever gets the address later is somebody else.
  await expect(logIn('sub', { sub: 'auth0|other', email, email_verified: true })).rejects.toMatchObject(rejected)
  await expect(logIn('id', { sub: userId })).resolves.toMatchObject({ viewer: { userId } })
})

test('the operator stores the subject of a user, once per organization', async () => {
  const { workspaceId } = await newWorkspace()
  const [one, two] = [
    (await inviteMember(database, null, workspaceId, { email: newEmail(), role: 'MEMBER' })).userId,
    (await inviteMember(database, null, workspaceId, { email: newEmail(), role: 'MEMBER' })).userId,
  ]

  await setSubject(database, { userId: one, subject: 'okta|7' })
  await expect(setSubject(database, { userId: two, subject: 'okta|7' })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  })

  expect((await logIn('sub', { sub: 'okta|7' })).viewer.userId).toBe(one)
  await setSubject(database, { userId: one, subject: null })
  await expect(logIn('sub', { sub: 'okta|7' })).rejects.toMatchObject(rejected)
})

test('B20: a person in several workspaces and organizations chooses one, and the error lists them', async () => {
  const first = await newWorkspace()
  const second = await newWorkspace(first.organizationId)
  const foreign = await newWorkspace()
  const email = newEmail()
  const claims = { sub: `many|${email}`, email, email_verified: true }
  for (const { workspaceId } of [first, second, foreign]) {
    await inviteMember(database, null, workspaceId, { email, role: 'MEMBER' })
  }

  for (const claim of ['email', 'sub'] as const) {
    await expect(logIn(claim, claims)).rejects.toMatchObject({
      code: 'WORKSPACE_REQUIRED',
      workspaces: expect.arrayContaining(
        [first, second, foreign].map(({ workspaceId }) => ({ id: workspaceId, name: 'Test' })),
      ),
    })
    for (const { workspaceId, organizationId } of [first, second, foreign]) {
      const { viewer } = await logIn(claim, claims, workspaceId)
      expect(viewer).toMatchObject({ workspaceId, organizationId, role: 'MEMBER' })
    }
    await expect(logIn(claim, claims, (await newWorkspace()).workspaceId)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  }
})

test('B20: a user who was removed from one organization logs in to the other without choosing', async () => {
  const [one, other] = [await newWorkspace(), await newWorkspace()]
  const email = newEmail()
  for (const { workspaceId } of [one, other]) {
    await inviteMember(database, null, workspaceId, { email, role: 'MEMBER' })
  }
  const gone = await prisma.user.findFirstOrThrow({ where: { email, organizationId: one.organizationId } })
  await removeMember(database, null, one.workspaceId, gone.id)

  const { viewer } = await logIn('email', { email, email_verified: true })

  expect(viewer.workspaceId).toBe(other.workspaceId)
})

test('B20: a machine user cannot log in', async () => {
  const { workspaceId } = await newWorkspace()
  const { userId } = await createMachineUser(database, null, workspaceId, { name: 'CI', role: 'MEMBER' })

  await expect(logIn('id', { sub: userId })).rejects.toMatchObject(rejected)
  await expect(setSubject(database, { userId, subject: 'x' })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
})
