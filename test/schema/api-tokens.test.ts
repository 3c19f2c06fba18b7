import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'

const CreateToken = graphql(`
  mutation CreateToken($input: CreateApiTokenInput!) {
    createApiToken(input: $input) {
      __typename
      ... on CreateApiTokenPayload { token apiToken { id name revokedAt } }
      ... on InvalidInputError { problems { path } }
    }
  }
`)
const RevokeToken = graphql(`
  mutation RevokeToken($id: ID!) { revokeApiToken(id: $id) { __typename ... on RevokeApiTokenPayload { apiToken { revokedAt } } } }
`)
const MyTokens = graphql(`query MyTokens { viewer { apiTokens { name revokedAt } } }`)

const api = await startTestApi()

test('a user creates, uses, and revokes a token', async () => {
  const { token } = await api.createWorkspace()

  const created = (await api.post(CreateToken, { input: { name: ' CI ' } }, { token })).data?.createApiToken
  if (created?.__typename !== 'CreateApiTokenPayload') throw new Error(JSON.stringify(created))
  const used = await api.post(MyTokens, {}, { token: created.token })
  const revoked = await api.post(RevokeToken, { id: created.apiToken.id }, { token })
  const refused = await api.post(MyTokens, {}, { token: created.token })

  expect(used.data?.viewer.apiTokens).toEqual([
    { name: 'admin@example.test', revokedAt: null },
    { name: 'CI', revokedAt: null },
  ])
  expect(revoked.data?.revokeApiToken).toEqual({
    __typename: 'RevokeApiTokenPayload',
    apiToken: { revokedAt: expect.any(String) },
  })
  expect(refused.status).toBe(401)
})

test('a token needs a name and an expiry in the future', async () => {
  const { token } = await api.createWorkspace()
  const input = { name: ' ', expiresAt: '2020-01-01T00:00:00Z' }

  const { data } = await api.post(CreateToken, { input }, { token })

  expect(data?.createApiToken).toEqual({
    __typename: 'InvalidInputError',
    problems: [{ path: ['name'] }, { path: ['expiresAt'] }],
  })
})
