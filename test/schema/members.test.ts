import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import type { ViewerRole } from '../../src/auth/viewer.ts'
import { createToken } from '../../src/workspaces/manage-users.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId } from '../support/graphql/stored-rows.ts'

const ListMembers = graphql(`
  query ListMembers($first: Int, $after: String) {
    members(first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { id role joinedAt user { id email name isMachine } }
    }
  }
`)
const Invite = graphql(`
  mutation Invite($email: String!, $role: ViewerRole!) {
    inviteMember(email: $email, role: $role) {
      __typename
      ... on InviteMemberPayload { member { role joinedAt user { id email } } }
      ... on InvalidInputError { problems { path message } }
      ... on UserError { code }
    }
  }
`)
const SetRole = graphql(`
  mutation SetRole($id: ID!, $role: ViewerRole!) {
    setMemberRole(id: $id, role: $role) {
      __typename
      ... on SetMemberRolePayload { member { id role } }
      ... on UserError { code message }
    }
  }
`)
const Remove = graphql(`
  mutation Remove($id: ID!) {
    removeMember(id: $id) {
      __typename
      ... on RemoveMemberPayload { deletedId user { id } }
      ... on UserError { code message }
    }
  }
`)
const MemberNode = graphql(`query MemberNode($id: ID!) { node(id: $id) { __typename id } }`)
const RoleNow = graphql(`query RoleNow { viewer { role } }`)

const api = await startTestApi()
const { prisma } = api.database

const memberId = (userId: string) => globalId('Member', userId)

async function workspaceWithRoles() {
  const workspace = await api.createWorkspace()
  const [member, admin, company] = await Promise.all(
    (['MEMBER', 'WORKSPACE_ADMIN', 'COMPANY_ADMIN'] as ViewerRole[]).map((role) =>
      api.createUser(workspace.workspaceId, role),
    ),
  )
  if (member === undefined || admin === undefined || company === undefined) throw new Error('not created')
  return { ...workspace, member, admin, company }
}

const setRole = async (token: string, userId: string, role: ViewerRole) =>
  (await api.post(SetRole, { id: memberId(userId), role }, { token })).data?.setMemberRole

test('B20: an admin sees everybody who has access, page by page, and nobody else', async () => {
  const { workspaceId, organizationId, userId, member, admin, company, token } = await workspaceWithRoles()
  const sibling = await api.createWorkspace({ organizationId })
  await api.createUser(sibling.workspaceId, 'WORKSPACE_ADMIN')
  await api.createWorkspace()
  await prisma.membership.deleteMany({ where: { userId: company.userId, workspaceId } })

  const all = (await api.post(ListMembers, { first: 100 }, { token })).data?.members
  const paged = []
  for (let after: string | null = null; ; ) {
    const page: typeof all = (await api.post(ListMembers, { first: 1, after }, { token })).data?.members
    paged.push(...(page?.nodes ?? []))
    if (!page?.pageInfo.hasNextPage) break
    after = page.pageInfo.endCursor ?? null
  }

  const roles = Object.fromEntries(all?.nodes.map(({ user, role }) => [user.id, role]) ?? [])
  expect(roles).toEqual({
    [globalId('User', userId)]: 'WORKSPACE_ADMIN',
    [globalId('User', member.userId)]: 'MEMBER',
    [globalId('User', admin.userId)]: 'WORKSPACE_ADMIN',
    [globalId('User', company.userId)]: 'COMPANY_ADMIN',
  })
  expect(all?.totalCount).toBe(4)
  expect(paged).toEqual(all?.nodes)
  const invited = new Map(all?.nodes.map(({ id, joinedAt }) => [id, joinedAt]))
  expect(invited.get(memberId(member.userId))).toEqual(expect.any(String))
  expect(invited.get(memberId(company.userId))).toBeNull()
})

test('B20: a member sees no members, and an id of another workspace finds none', async () => {
  const { member, token } = await workspaceWithRoles()
  const other = await api.createWorkspace()
  const elsewhere = await api.createUser(other.workspaceId, 'MEMBER')

  const listed = await api.post(ListMembers, {}, member)
  const fetched = await api.post(MemberNode, { id: memberId(member.userId) }, member)
  const foreign = await api.post(MemberNode, { id: memberId(elsewhere.userId) }, { token })
  const changed = await setRole(token, elsewhere.userId, 'WORKSPACE_ADMIN')

  expect(listed).toMatchObject({ data: { members: null }, errors: [{ extensions: { code: 'FORBIDDEN' } }] })
  expect(fetched.data?.node).toBeNull()
  expect(foreign).toMatchObject({ data: { node: null }, errors: [] })
  expect(changed).toMatchObject({ __typename: 'NotFoundError' })
})

test('B20: whoever is invited has access at once, and inviting again changes nothing', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const invite = async (email: string, role: ViewerRole) =>
    (await api.post(Invite, { email, role }, { token })).data?.inviteMember

  const invited = await invite(' Ada@Example.test ', 'MEMBER')
  const again = await invite('ada@example.test', 'MEMBER')
  const otherRole = await invite('ada@example.test', 'WORKSPACE_ADMIN')
  const nobody = await invite('nobody', 'MEMBER')

  if (invited?.__typename !== 'InviteMemberPayload') throw new Error(JSON.stringify(invited))
  expect(invited.member).toMatchObject({ role: 'MEMBER', joinedAt: expect.any(String) })
  expect(invited.member.user.email).toBe('ada@example.test')
  expect(again).toEqual(invited)
  expect(otherRole).toMatchObject({ __typename: 'InvalidInputError', problems: [{ path: ['email'] }] })
  expect(nobody).toMatchObject({ __typename: 'InvalidInputError', problems: [{ path: ['email'] }] })
  const user = await prisma.user.findFirstOrThrow({ where: { email: 'ada@example.test' } })
  const issued = await createToken(api.database, { userId: user.id, workspaceId })
  expect((await api.post(RoleNow, {}, issued)).data?.viewer.role).toBe('MEMBER')
  expect(await prisma.apiToken.count({ where: { userId: user.id } })).toBe(1)
})

test('B19: an admin changes roles, by the id of the member or of the user', async () => {
  const { member, token } = await workspaceWithRoles()

  const raised = await setRole(token, member.userId, 'WORKSPACE_ADMIN')
  const roleThen = (await api.post(RoleNow, {}, member)).data?.viewer.role
  const lowered = await api.post(SetRole, { id: globalId('User', member.userId), role: 'MEMBER' }, { token })

  expect(raised).toEqual({
    __typename: 'SetMemberRolePayload',
    member: { id: memberId(member.userId), role: 'WORKSPACE_ADMIN' },
  })
  expect(roleThen).toBe('WORKSPACE_ADMIN')
  expect(lowered.data?.setMemberRole).toMatchObject({ member: { role: 'MEMBER' } })
  expect((await api.post(RoleNow, {}, member)).data?.viewer.role).toBe('MEMBER')
})

test('B20: only company admins make and unmake company admins', async () => {
  const { member, admin, company, token } = await workspaceWithRoles()

  const refusals = [
    await setRole(token, member.userId, 'COMPANY_ADMIN'),
    await setRole(token, admin.userId, 'COMPANY_ADMIN'),
    await setRole(token, company.userId, 'MEMBER'),
    (await api.post(Invite, { email: 'new@example.test', role: 'COMPANY_ADMIN' }, { token })).data?.inviteMember,
  ]
  const removed = (await api.post(Remove, { id: memberId(company.userId) }, { token })).data?.removeMember
  const raised = await setRole(company.token, member.userId, 'COMPANY_ADMIN')
  const lowered = await setRole(member.token, company.userId, 'MEMBER')

  for (const refusal of refusals) expect(refusal).toMatchObject({ __typename: 'ForbiddenError' })
  expect(removed).toMatchObject({ __typename: 'InvalidInputError' })
  expect(raised).toMatchObject({ member: { role: 'COMPANY_ADMIN' } })
  expect(lowered).toMatchObject({ member: { role: 'MEMBER' } })
})

test('B20: whoever is no longer a company admin loses the other workspaces, and the tokens there', async () => {
  const { organizationId, company, token, userId } = await workspaceWithRoles()
  const sibling = await api.createWorkspace({ organizationId })
  const elsewhere = await createToken(api.database, { userId: company.userId, workspaceId: sibling.workspaceId })
  expect((await api.post(RoleNow, {}, elsewhere)).status).toBe(200)

  await setRole(company.token, company.userId, 'MEMBER')

  expect((await api.post(RoleNow, {}, elsewhere)).status).toBe(401)
  expect((await api.post(RoleNow, {}, company)).data?.viewer.role).toBe('MEMBER')
  expect((await api.post(RoleNow, {}, { token })).data?.viewer.role).toBe('WORKSPACE_ADMIN')
  expect(userId).toBe(sibling.userId)
})

test('B20: a removed member is rejected at once, and an invitation does not revive the old token', async () => {
  const { member, token } = await workspaceWithRoles()
  const { email } = await prisma.user.findUniqueOrThrow({ where: { id: member.userId } })

  const removed = await api.post(Remove, { id: memberId(member.userId) }, { token })
  const again = await api.post(Remove, { id: memberId(member.userId) }, { token })
  const rejected = await api.post(RoleNow, {}, member)
  await api.post(Invite, { email: email ?? '', role: 'MEMBER' }, { token })
  const afterwards = await api.post(RoleNow, {}, member)

  expect(removed.data?.removeMember).toEqual({
    __typename: 'RemoveMemberPayload',
    deletedId: memberId(member.userId),
    user: { id: globalId('User', member.userId) },
  })
  expect(again.data?.removeMember).toMatchObject({ __typename: 'NotFoundError' })
  expect(rejected.status).toBe(401)
  expect(afterwards.status).toBe(401)
})

test('B20: a removal from one workspace leaves the others as they are', async () => {
  const { member, token, organizationId } = await workspaceWithRoles()
  const sibling = await api.createWorkspace({ organizationId })
  await prisma.membership.create({
    data: { userId: member.userId, workspaceId: sibling.workspaceId, role: 'MEMBER' },
  })
  const elsewhere = await createToken(api.database, { userId: member.userId, workspaceId: sibling.workspaceId })

  await api.post(Remove, { id: memberId(member.userId) }, { token })

  expect((await api.post(RoleNow, {}, elsewhere)).data?.viewer.role).toBe('MEMBER')
})

test('B19: the last admin of a workspace stays; a machine user does not count as one', async () => {
  const { workspaceId, userId, token } = await api.createWorkspace()
  await prisma.user.create({
    data: {
      id: '01a20aca-c8f9-7289-af08-0ab22d452768',
      organizationId: (await prisma.workspace.findUniqueOrThrow({ where: { id: workspaceId } })).organizationId,
      name: 'CI',
      isMachine: true,
      memberships: { create: { workspaceId, role: 'WORKSPACE_ADMIN' } },
    },
  })

  const lowered = await setRole(token, userId, 'MEMBER')
  const removed = (await api.post(Remove, { id: memberId(userId) }, { token })).data?.removeMember

  const refusal = { __typename: 'LastAdminError', code: 'LAST_ADMIN', message: expect.stringContaining('"Test"') }
  expect(lowered).toMatchObject(refusal)
  expect(removed).toMatchObject(refusal)
  expect((await api.post(RoleNow, {}, { token })).data?.viewer.role).toBe('WORKSPACE_ADMIN')
})

test('B19: the last company admin stays while a workspace has no other admin', async () => {
  const { workspaceId, organizationId, userId } = await api.createWorkspace()
  const company = await api.createUser(workspaceId, 'COMPANY_ADMIN')
  const sibling = await api.createWorkspace({ organizationId })
  await prisma.membership.deleteMany({ where: { userId, workspaceId: sibling.workspaceId } })

  const refused = await setRole(company.token, company.userId, 'WORKSPACE_ADMIN')
  await prisma.membership.create({ data: { userId, workspaceId: sibling.workspaceId, role: 'WORKSPACE_ADMIN' } })
  const allowed = await setRole(company.token, company.userId, 'WORKSPACE_ADMIN')

  expect(refused).toMatchObject({ __typename: 'LastAdminError' })
  expect(allowed).toMatchObject({ member: { role: 'WORKSPACE_ADMIN' } })
})

test('B19: when two admins demote or remove each other at once, exactly one of them stays an admin', async () => {
  for (let round = 0; round < 5; round++) {
    const { workspaceId, userId, token } = await api.createWorkspace()
    const other = await api.createUser(workspaceId, 'WORKSPACE_ADMIN')

    await Promise.all([
      setRole(token, other.userId, 'MEMBER'),
      round % 2 === 0
        ? setRole(other.token, userId, 'MEMBER')
        : api.post(Remove, { id: memberId(userId) }, { token: other.token }),
    ])

    expect(await prisma.membership.count({ where: { workspaceId, role: 'WORKSPACE_ADMIN' } })).toBe(1)
  }
})
