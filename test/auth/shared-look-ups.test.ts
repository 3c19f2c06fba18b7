import { expect, test } from 'vitest'
import { authenticate } from '../../src/auth/authenticate.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { countStatements } from '../support/count-statements.ts'
import { createTestDatabase } from '../support/test-database.ts'

const database = await createTestDatabase()
const context = { database, verifyJwt: null }

async function issueToken() {
  const workspace = await createWorkspace(database, { name: 'Acme', plan: 'GROWTH', adminEmail: 'ada@acme.test' })
  const credentials = { authorization: `Bearer ${workspace.token}`, workspaceId: null }
  // The first use is noted.
  await authenticate(context, credentials)
  return { workspace, credentials }
}

test('B19: requests with the same token that arrive together share one look-up, and each token has its own', async () => {
  const first = await issueToken()
  const second = await issueToken()
  const all = [first, second, first, second, first]
  const viewers: string[] = []

  const statements = await countStatements(async () => {
    const sessions = await Promise.all(all.map(({ credentials }) => authenticate(context, credentials)))
    viewers.push(...sessions.map(({ viewer }) => viewer.workspaceId))
  })

  expect(statements).toHaveLength(2)
  expect(viewers).toEqual(all.map(({ workspace }) => workspace.workspaceId))
})

test('B19: a token that was revoked during a look-up is rejected by the request that arrives next', async () => {
  const { workspace, credentials } = await issueToken()
  const earlier = authenticate(context, credentials).catch(() => {})

  await database.prisma.apiToken.updateMany({ where: { userId: workspace.userId }, data: { revokedAt: new Date() } })
  const later = authenticate(context, credentials)

  await expect(later).rejects.toThrow('This API token was revoked.')
  await earlier
})
