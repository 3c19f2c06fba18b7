import { createHash, randomBytes } from 'node:crypto'
import { requireSyncAdmin } from '../auth/permissions.ts'
import type { Viewer } from '../auth/viewer.ts'
import type { ConnectionContext } from './connection-context.ts'
import { hashState, issueState } from './login-state.ts'

const MINUTE = 60_000
const loginLifetimeMs = 10 * MINUTE

/**
 * Begins a log-in to HubSpot: returns the URL to open in the admin's browser (B15). HubSpot redirects back with a state
 * that is signed, bound to this viewer, and accepted by `finishLogin` once within ten minutes. Throws ForbiddenError or
 * PlanRequiredError (B19, B21).
 */
export async function beginLogin(
  context: ConnectionContext,
  viewer: Viewer,
  { allowPortalChange = false }: { readonly allowPortalChange?: boolean } = {},
): Promise<{ authorizeUrl: string }> {
  requireSyncAdmin(viewer)
  const now = context.now()
  const { workspaceId, userId } = viewer
  const expiresAt = new Date(now.getTime() + loginLifetimeMs)
  const state = issueState(context.encryption, { workspaceId, userId, expiresAt })
  const codeVerifier = randomBytes(32).toString('base64url')
  const { prisma } = context.database
  await prisma.oAuthState.deleteMany({ where: { expiresAt: { lte: now } } })
  await prisma.oAuthState.create({
    data: {
      stateHash: hashState(state),
      workspaceId,
      userId,
      codeVerifier: context.encryption.encrypt(codeVerifier, workspaceId),
      allowPortalChange,
      expiresAt,
    },
  })
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url')
  return { authorizeUrl: context.hubspot.oauth.authorizeUrl({ state, codeChallenge }) }
}
