import { createHash, randomBytes } from 'node:crypto'
import { requireSyncAdmin } from '../auth/permissions.ts'
import type { Viewer } from '../auth/viewer.ts'
import type { ConnectionContext } from './connection-context.ts'

const MINUTE = 60_000
const loginLifetimeMs = 10 * MINUTE

/**
 * Begins a log-in to HubSpot: where to send the admin's browser (B15). HubSpot sends it back with a state, which
 * `finishLogin` takes once within ten minutes. Throws ForbiddenError or PlanRequiredError (B19, B21).
 */
export async function beginLogin(
  context: ConnectionContext,
  viewer: Viewer,
  { allowPortalChange = false }: { readonly allowPortalChange?: boolean } = {},
): Promise<{ authorizeUrl: string }> {
  requireSyncAdmin(viewer)
  const now = context.now()
  // Needs no signature: 256 random bits whose hash we hold are not to be guessed, and the row says what they stand for.
  const state = randomBytes(32).toString('base64url')
  const codeVerifier = randomBytes(32).toString('base64url')
  const { prisma } = context.database
  await prisma.oAuthState.deleteMany({ where: { expiresAt: { lte: now } } })
  await prisma.oAuthState.create({
    data: {
      stateHash: hashState(state),
      workspaceId: viewer.workspaceId,
      userId: viewer.userId,
      codeVerifier: context.encryption.encrypt(codeVerifier, viewer.workspaceId),
      allowPortalChange,
      expiresAt: new Date(now.getTime() + loginLifetimeMs),
    },
  })
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url')
  return { authorizeUrl: context.hubspot.oauth.authorizeUrl({ state, codeChallenge }) }
}

/** A copy of the table is of no use to whoever reads it. */
export function hashState(state: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(state).digest())
}
