import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { beginLogin } from '../../src/connection/begin-login.ts'
import { LoginExpiredError } from '../../src/connection/errors.ts'
import { findConnection } from '../../src/connection/find-connection.ts'
import { finishLogin } from '../../src/connection/finish-login.ts'
import { issueState } from '../../src/connection/login-state.ts'
import { openEncryption } from '../../src/encryption/encryption.ts'
import { ForbiddenError } from '../../src/user-errors.ts'
import { approve, createTestWorkspace } from './connected-workspace.ts'

const otherId = '00000000-0000-4000-8000-00000000000a'
const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`

it.each<[what: string, forge: (state: string) => string]>([
  ['for another workspace', (state) => state.replace(/^([^.]+)\.[^.]+/, `$1.${otherId}`)],
  ['for another user', (state) => state.replace(/^([^.]+\.[^.]+)\.[^.]+/, `$1.${otherId}`)],
  ['that lasts longer', (state) => state.replace(/^((?:[^.]+\.){3})\d+/, `$1${Date.now() + 1e12}`)],
  ['with other random bits', (state) => state.replace(/^[^.]+/, randomBytes(32).toString('base64url'))],
  ['without a signature', (state) => state.split('.').slice(0, 4).join('.')],
  ['with a cut signature', (state) => state.slice(0, -4)],
  [
    'signed with the key of somebody else',
    (state) => {
      const [, workspaceId = '', userId = '', expiry] = state.split('.')
      return issueState(openEncryption(newKey('test')), { workspaceId, userId, expiresAt: new Date(Number(expiry)) })
    },
  ],
])('B15: a state %s is refused before anything is looked up or HubSpot is asked', async (_what, forge) => {
  const { context, viewer, simulator } = await createTestWorkspace()
  const { authorizeUrl } = await beginLogin(context, viewer)
  const { state, code } = await approve(simulator, authorizeUrl)
  simulator.requests.reset()
  const withoutDatabase = { ...context, database: null as never }

  await expect(finishLogin(withoutDatabase, viewer, { state: forge(state), code })).rejects.toThrow(LoginExpiredError)

  expect(simulator.requests.total).toBe(0)
  expect((await finishLogin(context, viewer, { state, code })).workspaceId).toBe(viewer.workspaceId)
})

it('B15: a state survives a new key, as long as the old one is kept after it', async () => {
  const { context, viewer, simulator } = await createTestWorkspace()
  const [older, newer] = [newKey('older'), newKey('newer')]
  const before = { ...context, encryption: openEncryption(older) }
  const { authorizeUrl } = await beginLogin(before, viewer)
  const returned = await approve(simulator, authorizeUrl)

  const after = { ...context, encryption: openEncryption(`${newer},${older}`) }

  expect((await finishLogin(after, viewer, returned)).workspaceId).toBe(viewer.workspaceId)
})

it('B19: a user who is no longer an admin when HubSpot redirects back connects nothing', async () => {
  const { context, viewer, simulator } = await createTestWorkspace()
  const { authorizeUrl } = await beginLogin(context, viewer)
  const returned = await approve(simulator, authorizeUrl)

  await expect(finishLogin(context, { ...viewer, role: 'MEMBER' }, returned)).rejects.toThrow(ForbiddenError)
  expect(await findConnection(context, viewer.workspaceId)).toBeNull()
})
