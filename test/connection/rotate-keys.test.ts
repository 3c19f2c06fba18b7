import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { beginLogin } from '../../src/connection/begin-login.ts'
import { finishLogin } from '../../src/connection/finish-login.ts'
import { openPortal } from '../../src/connection/open-portal.ts'
import { rotateKeys } from '../../src/connection/rotate-keys.ts'
import { openEncryption } from '../../src/encryption/encryption.ts'
import { approve, createTestWorkspace } from './connected-workspace.ts'

const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`

/**
 * A connected workspace and a log-in in progress, sealed with an older key, and the same services with a newer key in
 * front.
 */
async function givenAnOldKey() {
  const workspace = await createTestWorkspace({ rotateRefreshTokens: true })
  const [older, newer] = [newKey('older'), newKey('newer')]
  const before = { ...workspace.context, encryption: openEncryption(older) }
  const connected = await beginLogin(before, workspace.viewer)
  await finishLogin(before, workspace.viewer, await approve(workspace.simulator, connected.authorizeUrl))
  const pending = await beginLogin(before, workspace.viewer)
  return {
    ...workspace,
    before,
    both: { ...workspace.context, encryption: openEncryption(`${newer},${older}`) },
    alone: { ...workspace.context, encryption: openEncryption(newer) },
    pending,
  }
}

const keyIds = async ({ database }: { database: Awaited<ReturnType<typeof givenAnOldKey>>['both']['database'] }) => {
  const { accessToken, refreshToken } = await database.prisma.hubSpotConnection.findFirstOrThrow()
  const { codeVerifier } = await database.prisma.oAuthState.findFirstOrThrow()
  return [accessToken, refreshToken, codeVerifier].map((box) => box?.split('.')[0])
}

it('every stored secret is encrypted with the newest key, and then the older one can be removed', async () => {
  const { both, alone, viewer } = await givenAnOldKey()
  const { database } = both
  expect(await keyIds(both)).toEqual(['older', 'older', 'older'])

  expect(await rotateKeys(database, both.encryption)).toEqual({
    rotated: 3,
    alreadyCurrent: 0,
    unreadable: 0,
    missingKeys: [],
  })

  expect(await keyIds(both)).toEqual(['newer', 'newer', 'newer'])
  expect(await (await openPortal(alone, viewer.workspaceId)).accountInfo()).toBeTruthy()
  expect(await rotateKeys(database, alone.encryption)).toMatchObject({ rotated: 0, alreadyCurrent: 3 })
})

it('a log-in that was begun before can be finished afterwards, while the older key is still known', async () => {
  const { both, pending, simulator, viewer } = await givenAnOldKey()
  const returned = await approve(simulator, pending.authorizeUrl)

  await rotateKeys(both.database, both.encryption)

  expect((await finishLogin(both, viewer, returned)).workspaceId).toBe(viewer.workspaceId)
})

it('two rotations at the same time, and a token that is being renewed, lose nothing', async () => {
  const { both, alone, viewer, clock } = await givenAnOldKey()
  clock.advance(26)
  const portal = await openPortal(both, viewer.workspaceId)

  const [first, second] = await Promise.all([
    rotateKeys(both.database, both.encryption),
    rotateKeys(both.database, both.encryption),
    portal.accountInfo(),
  ])

  expect(first.rotated + second.rotated).toBeLessThanOrEqual(3)
  expect(first.unreadable + second.unreadable).toBe(0)
  expect(await keyIds(both)).toEqual(['newer', 'newer', 'newer'])
  // The refresh token is the renewed one: the other would be rejected by now.
  clock.advance(26)
  expect(await (await openPortal(alone, viewer.workspaceId)).accountInfo()).toBeTruthy()
})

it('a secret that no key opens stays as it is, and the missing key is named', async () => {
  const { both, alone, before } = await givenAnOldKey()

  expect(await rotateKeys(both.database, alone.encryption)).toEqual({
    rotated: 0,
    alreadyCurrent: 0,
    unreadable: 3,
    missingKeys: ['older'],
  })

  expect(await keyIds(both)).toEqual(['older', 'older', 'older'])
  expect(await rotateKeys(both.database, before.encryption)).toMatchObject({ alreadyCurrent: 3 })
})

it('a log-out leaves nothing to rotate', async () => {
  const { both } = await givenAnOldKey()
  await both.database.prisma.hubSpotConnection.updateMany({ data: { accessToken: null, refreshToken: null } })

  expect(await rotateKeys(both.database, both.encryption)).toMatchObject({ rotated: 1 })
})
