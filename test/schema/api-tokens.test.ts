import { expect, test } from 'vitest'
import type { CreateApiTokenInput } from '../../client/generated/graphql.ts'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeRun } from '../support/graphql/stored-rows.ts'

const CreateToken = graphql(`
  mutation CreateToken($input: CreateApiTokenInput!) {
    createApiToken(input: $input) {
      __typename
      ... on CreateApiTokenPayload { token apiToken { id name revokedAt scopes user { id } } }
      ... on InvalidInputError { problems { path } }
      ... on TokenLimitError { limit }
      ... on ForbiddenError { missingScope }
      ... on UserError { message }
    }
  }
`)
const RevokeToken = graphql(`
  mutation RevokeToken($id: ID!) { revokeApiToken(id: $id) { __typename ... on RevokeApiTokenPayload { apiToken { revokedAt } } } }
`)
const MyTokens = graphql(`query MyTokens { viewer { scopes apiTokens { name revokedAt } } }`)
const AllTokens = graphql(`
  query AllTokens($first: Int, $after: String) {
    apiTokens(first: $first, after: $after) {
      totalCount
      nodes { id name user { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)
const CreateMachine = graphql(`
  mutation CreateMachine($input: CreateMachineUserInput!) {
    createMachineUser(input: $input) {
      __typename
      ... on CreateMachineUserPayload {
        token
        apiToken { name scopes }
        member { id role email isMachine user { id name email isMachine } }
      }
      ... on InvalidInputError { problems { path } }
    }
  }
`)
const CreateNext = graphql(`
  mutation CreateNext($id: ID!, $input: CreateApiTokenInput!) {
    createMachineToken(id: $id, input: $input) {
      __typename
      ... on CreateMachineTokenPayload { apiToken { scopes user { id } } }
    }
  }
`)
const AddContact = graphql(`
  mutation AddContact { createContact(input: { name: "Ada" }) { __typename ... on ForbiddenError { missingScope message } } }
`)
const Settings = graphql(`query Settings { syncSettings { version } }`)
const RunErrors = graphql(`query RunErrors { syncRuns { nodes { status errors { totalCount } } } }`)

const api = await startTestApi()

async function create(token: string, input: CreateApiTokenInput) {
  const { data } = await api.post(CreateToken, { input }, { token })
  if (data?.createApiToken?.__typename !== 'CreateApiTokenPayload') throw new Error(JSON.stringify(data))
  return data.createApiToken
}

test('a user creates, uses, and revokes a token', async () => {
  const { token } = await api.createWorkspace()

  const created = await create(token, { name: ' CI ' })
  const used = await api.post(MyTokens, {}, { token: created.token })
  const revoked = await api.post(RevokeToken, { id: created.apiToken.id }, { token })
  const refused = await api.post(MyTokens, {}, { token: created.token })

  expect(used.data?.viewer).toEqual({
    scopes: ['READ', 'WRITE', 'ADMIN'],
    apiTokens: [
      { name: 'admin@example.test', revokedAt: null },
      { name: 'CI', revokedAt: null },
    ],
  })
  expect(revoked.data?.revokeApiToken).toEqual({
    __typename: 'RevokeApiTokenPayload',
    apiToken: { revokedAt: expect.any(String) },
  })
  expect(refused.status).toBe(401)
})

test('a token needs a name, a scope, and an expiry in the future', async () => {
  const { token } = await api.createWorkspace()
  const input = { name: ' ', scopes: [], expiresAt: '2020-01-01T00:00:00Z' }

  const { data } = await api.post(CreateToken, { input }, { token })

  expect(data?.createApiToken).toMatchObject({
    __typename: 'InvalidInputError',
    problems: [{ path: ['name'] }, { path: ['scopes'] }, { path: ['expiresAt'] }],
  })
})

test('B20: admins list and revoke all tokens of the workspace, and members only their own', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const member = await api.createUser(workspaceId, 'MEMBER')
  const admins = (await create(token, { name: 'of the admin' })).apiToken
  const own = (await create(member.token, { name: 'of the member' })).apiToken
  await api.createWorkspace()

  const all = (await api.post(AllTokens, { first: 3 }, { token })).data?.apiTokens
  const rest = (await api.post(AllTokens, { after: all?.pageInfo.endCursor }, { token })).data?.apiTokens
  const theirs = (await api.post(AllTokens, {}, member)).data?.apiTokens
  const refused = await api.post(RevokeToken, { id: admins.id }, member)
  const revoked = await api.post(RevokeToken, { id: own.id }, { token })

  expect(all).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true } })
  expect([...(all?.nodes ?? []), ...(rest?.nodes ?? [])].map(({ name }) => name)).toEqual([
    'admin@example.test',
    expect.any(String),
    'of the admin',
    'of the member',
  ])
  expect(theirs).toMatchObject({ totalCount: 2 })
  expect(theirs?.nodes.map(({ user }) => user.id)).toEqual(Array(2).fill(globalId('User', member.userId)))
  expect(refused.data?.revokeApiToken?.__typename).toBe('NotFoundError')
  expect(revoked.data?.revokeApiToken?.__typename).toBe('RevokeApiTokenPayload')
  expect((await api.post(AllTokens, { first: 101 }, { token })).errors).toMatchObject([
    { extensions: { code: expect.any(String) } },
  ])
})

test('a user has at most 20 valid tokens in a workspace, also if many are created at once', async () => {
  const { token } = await api.createWorkspace()

  const outcomes = await Promise.all(
    Array.from({ length: 25 }, async (_, number) => {
      const { data } = await api.post(CreateToken, { input: { name: `${number}` } }, { token })
      return data?.createApiToken
    }),
  )

  const created = outcomes.flatMap((outcome) => (outcome?.__typename === 'CreateApiTokenPayload' ? [outcome] : []))
  const refused = outcomes.filter((outcome) => outcome?.__typename === 'TokenLimitError')
  expect(created).toHaveLength(19)
  expect(refused).toHaveLength(6)
  expect(refused[0]).toMatchObject({ limit: 20 })
  await api.post(RevokeToken, { id: created[0]?.apiToken.id ?? '' }, { token })
  await create(token, { name: 'another' })
})

test('B19: a token does what both its scopes and the role of its user allow', async () => {
  const { token } = await api.createWorkspace()
  const outcomesOf = async (scopes: CreateApiTokenInput['scopes']) => {
    const scoped = await create(token, { name: `${scopes}`, scopes })
    const read = await api.post(MyTokens, {}, scoped)
    const written = await api.post(AddContact, {}, scoped)
    const settings = await api.post(Settings, {}, scoped)
    return [
      read.errors[0]?.extensions?.missingScope ?? 'read',
      written.data?.createContact?.__typename === 'ForbiddenError'
        ? written.data.createContact.missingScope
        : written.data?.createContact?.__typename,
      settings.errors[0]?.extensions?.missingScope ?? 'administered',
    ]
  }

  expect(await outcomesOf(['READ'])).toEqual(['read', 'WRITE', 'ADMIN'])
  expect(await outcomesOf(['WRITE'])).toEqual(['READ', 'CreateContactPayload', 'ADMIN'])
  expect(await outcomesOf(['ADMIN'])).toEqual(['READ', 'WRITE', 'administered'])
  expect(await outcomesOf(['READ', 'WRITE', 'ADMIN'])).toEqual(['read', 'CreateContactPayload', 'administered'])
})

test("B19: without the scope ADMIN, an admin's token reads no field for admins and no token of others", async () => {
  const { workspaceId, token } = await api.createWorkspace()
  await api.createUser(workspaceId, 'MEMBER')
  await storeRun(api.database, workspaceId)
  const reading = await create(token, { name: 'dashboard', scopes: ['READ'] })

  const runs = await api.post(RunErrors, {}, reading)
  const tokens = await api.post(AllTokens, {}, reading)

  expect(runs.data?.syncRuns.nodes).toEqual([{ status: 'QUEUED', errors: null }])
  expect(runs.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', missingScope: 'ADMIN' } }])
  expect(tokens.data?.apiTokens.totalCount).toBe(2)
})

test('B19: a token cannot create one with a scope that it lacks', async () => {
  const { token } = await api.createWorkspace()
  const limited = await create(token, { name: 'limited', scopes: ['READ', 'WRITE'] })

  const wider = await api.post(CreateToken, { input: { name: 'wider', scopes: ['READ', 'ADMIN'] } }, limited)
  const same = await create(limited.token, { name: 'same' })

  expect(wider.data?.createApiToken).toMatchObject({ __typename: 'ForbiddenError', missingScope: 'ADMIN' })
  expect(same.apiToken.scopes).toEqual(['READ', 'WRITE'])
})

test('B20: a machine user has a name and tokens, and an admin creates further ones', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const member = await api.createUser(workspaceId, 'MEMBER')
  const input = { name: 'Import', scopes: ['READ' as const, 'WRITE' as const] }

  const created = (await api.post(CreateMachine, { input }, { token })).data?.createMachineUser
  if (created?.__typename !== 'CreateMachineUserPayload') throw new Error(JSON.stringify(created))
  const written = await api.post(AddContact, {}, created)
  const next = { input: { name: 'next', scopes: ['READ' as const] } }
  const second = await api.post(CreateNext, { id: created.member.id, ...next }, { token })
  const forPerson = await api.post(CreateNext, { id: globalId('User', member.userId), ...next }, { token })
  const byMember = await api.post(CreateNext, { id: created.member.id, ...next }, member)

  expect(created.member).toEqual({
    id: expect.any(String),
    role: 'MEMBER',
    email: null,
    isMachine: true,
    user: { id: expect.any(String), name: 'Import', email: '', isMachine: true },
  })
  expect(created.apiToken).toEqual({ name: 'Import', scopes: ['READ', 'WRITE'] })
  expect(written.data?.createContact?.__typename).toBe('CreateContactPayload')
  expect(second.data?.createMachineToken).toEqual({
    __typename: 'CreateMachineTokenPayload',
    apiToken: { scopes: ['READ'], user: { id: created.member.user.id } },
  })
  expect(forPerson.data?.createMachineToken?.__typename).toBe('NotFoundError')
  expect(byMember.data?.createMachineToken?.__typename).toBe('ForbiddenError')
})

test.for<[why: string, input: { name: string; role?: 'COMPANY_ADMIN' }, path: string]>([
  ['without a name', { name: ' ' }, 'name'],
  ['as a company admin', { name: 'CI', role: 'COMPANY_ADMIN' }, 'role'],
])('a machine user %s is rejected', async ([_why, input, path]) => {
  const { workspaceId } = await api.createWorkspace()
  const company = await api.createUser(workspaceId, 'COMPANY_ADMIN')

  const { data } = await api.post(CreateMachine, { input }, company)

  expect(data?.createMachineUser).toMatchObject({ __typename: 'InvalidInputError', problems: [{ path: [path] }] })
})

test('a token that expires creates no token that is valid for longer', async () => {
  const { token } = await api.createWorkspace()
  const create = async (expiresAt: string | null, credential: string) => {
    const { data } = await api.post(CreateToken, { input: { name: 'x', expiresAt } }, { token: credential })
    return data?.createApiToken
  }
  const short = await create('2098-01-01T00:00:00.000Z', token)
  if (short?.__typename !== 'CreateApiTokenPayload') throw new Error(JSON.stringify(short))

  expect(await create('2099-01-01T00:00:00.000Z', short.token)).toMatchObject({
    __typename: 'InvalidInputError',
    problems: [{ path: ['expiresAt'] }],
  })
  await create(null, short.token)
  await create('2097-01-01T00:00:00.000Z', short.token)

  const stored = await api.database.prisma.apiToken.findMany({
    where: { name: 'x', user: { memberships: { some: {} } } },
    orderBy: { expiresAt: 'asc' },
    select: { expiresAt: true },
  })
  expect(stored.map(({ expiresAt }) => expiresAt?.getUTCFullYear())).toEqual([2097, 2098, 2098])
})
