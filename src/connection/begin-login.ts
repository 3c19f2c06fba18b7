import { createHash, randomBytes } from 'node:crypto'
import { requireSyncAdmin } from '../auth/permissions.ts'
import type { Viewer } from '../auth/viewer.ts'
import type { ConnectionContext } from './connection-context.ts'
import { hashState, issueState } from './login-state.ts'
import { requireReturnUrl } from './return-url.ts'

const MINUTE = 60_000
const loginLifetimeMs = 10 * MINUTE

export interface LoginOptions {
  readonly allowPortalChange?: boolean
  readonly returnUrl?: string | null
}

export interface BegunLogin {
  readonly authorizeUrl: string
  readonly state: string
}

/**
 * Begins a log-in to HubSpot: returns the URL to open in the admin's browser (B15), and the state that HubSpot sends back.
 * The state is signed, bound to this viewer, and accepted by `finishLogin` once within ten minutes. The browser passes
 * state and code to `returnUrl`; without one, a page shows the code. Throws ForbiddenError, PlanRequiredError (B19, B21),
 * or InvalidInputError if the return URL is not on the operator's list.
 */
export async function beginLogin(
  context: ConnectionContext,
  viewer: Viewer,
  { allowPortalChange = false, returnUrl = null }: LoginOptions = {},
): Promise<BegunLogin> {
  requireSyncAdmin(viewer)
  if (returnUrl !== null) requireReturnUrl(context, returnUrl)
  const now = context.now()
  const { workspaceId, userId } = viewer
  const expiresAt = new Date(now.getTime() + loginLifetimeMs)
  const state = issueState(context.encryption, { workspaceId, userId, expiresAt })
  const codeVerifier = randomBytes(32).toString('base64url')
  const { prisma } = context.database
  await prisma.oAuthState.create({
    data: {
      stateHash: hashState(state),
      workspaceId,
      userId,
      codeVerifier: context.encryption.encrypt(codeVerifier, workspaceId),
      allowPortalChange,
      returnUrl,
      expiresAt,
    },
  })
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url')
  return { authorizeUrl: context.hubspot.oauth.authorizeUrl({ state, codeChallenge }), state }
}
