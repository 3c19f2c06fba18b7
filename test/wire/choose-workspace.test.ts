import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { openJwtVerifier } from '../../src/auth/json-web-token.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId } from '../support/graphql/stored-rows.ts'

const Where = graphql(`query Where { viewer { scopes workspace { id } workspaces { workspaceId isCurrent } } }`)

const secret = 'a secret of thirty-two characters'
const api = await startTestApi({
  options: { verifyJwt: openJwtVerifier({ jwtSecret: secret, jwksUrl: null, issuer: null, audience: null }) },
})

test('B20: with a JSON Web Token, x-workspace-id chooses the workspace; without it, the error lists the choices', async () => {
  const first = await api.createWorkspace()
  const second = await api.createWorkspace({ organizationId: first.organizationId })
  const token = await new SignJWT()
    .setSubject(first.userId)
    .setIssuedAt()
    .setExpirationTime('5 minutes')
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret))
  const ids = [first, second].map(({ workspaceId }) => globalId('Workspace', workspaceId))

  const unnamed = await api.post(Where, {}, { token })
  const named = await Promise.all(
    [second.workspaceId, ids[1] ?? ''].map((workspaceId) => api.post(Where, {}, { token, workspaceId })),
  )

  expect(unnamed).toMatchObject({
    status: 400,
    errors: [{ extensions: { code: 'WORKSPACE_REQUIRED', workspaces: ids.map((workspaceId) => ({ workspaceId })) } }],
  })
  for (const { data } of named) {
    expect(data?.viewer).toEqual({
      scopes: ['READ', 'WRITE', 'ADMIN'],
      workspace: { id: ids[1] },
      workspaces: ids.map((workspaceId, index) => ({ workspaceId, isCurrent: index === 1 })),
    })
  }
})
