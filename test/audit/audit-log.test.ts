import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact, storeError, storeRun } from '../support/graphql/stored-rows.ts'

const ReadLog = graphql(`
  query ReadLog($first: Int, $after: String, $filter: AuditLogFilter) {
    auditLog(first: $first, after: $after, filter: $filter) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        id
        at
        action
        outcome
        user { email }
        tokenId
        tokenName
        subjectId
        subjectLabel
        details { name value }
      }
    }
  }
`)
const InviteForLog = graphql(`
  mutation InviteForLog($email: String!) {
    inviteMember(email: $email, role: MEMBER) { __typename ... on InviteMemberPayload { member { id user { id } } } }
  }
`)
const RoleForLog = graphql(`
  mutation RoleForLog($id: ID!, $role: ViewerRole!) { setMemberRole(id: $id, role: $role) { __typename } }
`)
const RemoveForLog = graphql(`mutation RemoveForLog($id: ID!) { removeMember(id: $id) { __typename } }`)
const TokenForLog = graphql(`
  mutation TokenForLog {
    createApiToken(input: { name: "CI", scopes: [READ] }) { __typename ... on CreateApiTokenPayload { apiToken { id } } }
  }
`)
const RevokeForLog = graphql(`mutation RevokeForLog($id: ID!) { revokeApiToken(id: $id) { __typename } }`)
const FieldForLog = graphql(`
  mutation FieldForLog($name: String!) {
    createCustomField(input: { objectType: CONTACT, name: $name, type: NUMBER }) {
      __typename
      ... on CreateCustomFieldPayload { customField { id } }
    }
  }
`)
const DropFieldForLog = graphql(`mutation DropFieldForLog($id: ID!) { deleteCustomField(id: $id) { __typename } }`)
const IgnoreForLog = graphql(`mutation IgnoreForLog($id: ID!) { ignoreSyncError(id: $id) { __typename } }`)
const IgnoreAllForLog = graphql(`
  mutation IgnoreAllForLog($filter: SyncErrorFilter!) { ignoreSyncErrors(filter: $filter) { __typename } }
`)
const CancelForLog = graphql(`mutation CancelForLog($id: ID!) { cancelSyncRun(id: $id) { __typename } }`)
const EraseForLog = graphql(`mutation EraseForLog { eraseContact(by: { externalId: "1001" }) { __typename } }`)

const api = await startTestApi()

const read = async (token: string, variables: object = {}) => {
  const { data } = await api.post(ReadLog, variables as never, { token })
  return data?.auditLog?.nodes ?? []
}

test('what admins do is in the log, newest first, with who did it, by which token, and to what', async () => {
  const { workspaceId, token, userId } = await api.createWorkspace()
  const admin = await api.database.prisma.apiToken.findFirstOrThrow({ where: { userId, workspaceId } })
  const as = { token }

  const invited = (await api.post(InviteForLog, { email: 'ada@example.test' }, as)).data?.inviteMember
  if (invited?.__typename !== 'InviteMemberPayload') throw new Error(JSON.stringify(invited))
  const { id } = invited.member
  await api.post(RoleForLog, { id: invited.member.user.id, role: 'WORKSPACE_ADMIN' }, as)
  await api.post(RemoveForLog, { id }, as)
  const made = (await api.post(TokenForLog, {}, as)).data?.createApiToken
  const tokenId = made?.__typename === 'CreateApiTokenPayload' ? made.apiToken.id : ''
  await api.post(RevokeForLog, { id: tokenId }, as)
  const added = (await api.post(FieldForLog, { name: 'Size' }, as)).data?.createCustomField
  const fieldId = added?.__typename === 'CreateCustomFieldPayload' ? added.customField.id : ''
  await api.post(DropFieldForLog, { id: fieldId }, as)

  const entries = await read(token)

  expect(entries.toReversed().map(({ action, subjectId, subjectLabel }) => [action, subjectId, subjectLabel])).toEqual([
    ['MEMBER_INVITED', id, 'ada@example.test'],
    ['MEMBER_ROLE_CHANGED', id, 'ada@example.test'],
    ['MEMBER_REMOVED', id, 'ada@example.test'],
    ['TOKEN_CREATED', tokenId, 'CI'],
    ['TOKEN_REVOKED', tokenId, 'CI'],
    ['CUSTOM_FIELD_CREATED', fieldId, 'Size'],
    ['CUSTOM_FIELD_DELETED', fieldId, 'Size'],
  ])
  for (const entry of entries) {
    expect(entry).toMatchObject({
      outcome: 'DONE',
      at: expect.any(String),
      user: { email: 'admin@example.test' },
      tokenId: globalId('ApiToken', admin.id),
      tokenName: 'admin@example.test',
    })
  }
  expect(entries.at(-1)?.details).toEqual([{ name: 'role', value: 'MEMBER' }])
  expect(entries.at(-4)?.details).toEqual([{ name: 'scopes', value: 'READ' }])
})

test('acts that failed, were refused, or changed nothing are not in the log', async () => {
  const { workspaceId, token, userId } = await api.createWorkspace()
  const member = await api.createUser(workspaceId, 'MEMBER')

  await api.post(InviteForLog, { email: 'nobody' }, { token })
  await api.post(InviteForLog, { email: 'x@example.test' }, member)
  await api.post(RoleForLog, { id: globalId('Member', userId), role: 'MEMBER' }, { token })
  await api.post(RoleForLog, { id: globalId('Member', member.userId), role: 'MEMBER' }, { token })
  await api.post(CancelForLog, { id: globalId('SyncRun', '01a20aca-c8f9-7289-af08-0ab22d452768') }, { token })
  await api.post(DropFieldForLog, { id: 'nonsense' }, { token })
  await api.post(InviteForLog, { email: 'twice@example.test' }, { token })
  await api.post(InviteForLog, { email: 'twice@example.test' }, { token })

  expect(await api.database.prisma.auditEntry.findMany({ where: { workspaceId } })).toMatchObject([
    { action: 'MEMBER_INVITED', subjectLabel: 'twice@example.test' },
  ])
})

test('an act on many errors is one entry, with the filter and the number of errors', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  for (const hubspotId of [1n, 2n, 3n]) {
    await storeError(api.database, workspaceId, {
      type: hubspotId === 3n ? 'EMAIL_TAKEN' : 'MISSING_HANDLE',
      hubspotId,
    })
  }

  await api.post(IgnoreAllForLog, { filter: { type: 'MISSING_HANDLE' } }, { token })
  await api.post(IgnoreAllForLog, { filter: { type: 'MISSING_HANDLE' } }, { token })

  const [entry, ...others] = await read(token)
  expect(others).toEqual([])
  expect(entry?.action).toBe('ERRORS_IGNORED')
  expect(new Map(entry?.details.map(({ name, value }) => [name, value]))).toEqual(
    new Map([
      ['type', 'MISSING_HANDLE'],
      ['status', 'OPEN'],
      ['errors', '2'],
    ]),
  )
})

test("the log names contacts by id, and has none of a person's values", async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const contactId = await storeContact(api.database, workspaceId, {
    name: 'Zerberus',
    hubspotId: 1001n,
    email: 'zerberus@example.test',
  })
  const run = await storeRun(api.database, workspaceId)
  const error = await storeError(api.database, workspaceId, { message: 'Zerberus', lastRunId: run.id })

  await api.post(IgnoreForLog, { id: globalId('SyncError', error.id) }, { token })
  await api.post(CancelForLog, { id: globalId('SyncRun', run.id) }, { token })
  await api.post(EraseForLog, {}, { token })

  const entries = await read(token)
  expect(entries.map(({ action, subjectId }) => [action, subjectId])).toEqual([
    ['CONTACT_ERASED', globalId('Contact', contactId)],
    ['SYNC_CANCELLED', globalId('SyncRun', run.id)],
    ['ERROR_IGNORED', globalId('SyncError', error.id)],
  ])
  const stored = await api.database.prisma.auditEntry.findMany({ where: { workspaceId } })
  expect(JSON.stringify(stored).toLowerCase()).not.toContain('zerberus')
})

test('B20: the log is for admins, and each workspace has its own', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const other = await api.createWorkspace()
  const member = await api.createUser(workspaceId, 'MEMBER')
  await api.post(InviteForLog, { email: 'ada@example.test' }, other)

  const byMember = await api.post(ReadLog, {}, member)

  expect(await read(token)).toEqual([])
  expect(await read(other.token)).toHaveLength(1)
  expect(byMember).toMatchObject({ data: { auditLog: null }, errors: [{ extensions: { code: 'FORBIDDEN' } }] })
})

test('the log is read page by page and filtered by action, user, subject, and time', async () => {
  const { workspaceId, token, userId } = await api.createWorkspace()
  const other = await api.createUser(workspaceId, 'WORKSPACE_ADMIN')
  const invite = async (email: string, as: string) =>
    (await api.post(InviteForLog, { email }, { token: as })).data?.inviteMember
  await invite('one@example.test', token)
  const two = await invite('two@example.test', other.token)
  await api.post(FieldForLog, { name: 'Size' }, { token })
  const id = two?.__typename === 'InviteMemberPayload' ? two.member.id : ''

  const all = await read(token)
  const first = (await api.post(ReadLog, { first: 2 }, { token })).data?.auditLog
  const rest = await read(token, { after: first?.pageInfo.endCursor })
  const filtered = async (filter: object) => (await read(token, { filter })).map(({ subjectLabel }) => subjectLabel)

  expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } })
  expect([...(first?.nodes ?? []), ...rest]).toEqual(all)
  expect(await filtered({ actions: ['MEMBER_INVITED'] })).toEqual(['two@example.test', 'one@example.test'])
  expect(await filtered({ userId: globalId('User', userId) })).toEqual(['Size', 'one@example.test'])
  expect(await filtered({ subjectId: id })).toEqual(['two@example.test'])
  expect(await filtered({ from: '2099-01-01T00:00:00Z' })).toEqual([])
  expect(await filtered({ until: '2099-01-01T00:00:00Z' })).toHaveLength(3)
  const wrong = await api.post(ReadLog, { filter: { userId: 'nonsense' } }, { token })
  expect(wrong.errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }])
})
