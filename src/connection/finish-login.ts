import type pg from 'pg'
import { requireSyncAdmin } from '../auth/permissions.ts'
import type { Viewer } from '../auth/viewer.ts'
import { inTransaction } from '../database/database.ts'
import { HubSpotError, HubSpotUnauthorisedError } from '../hubspot/errors.ts'
import { requiredScopes, type TokenGrant } from '../hubspot/oauth.ts'
import type { AccountInfo } from '../hubspot/portal.ts'
import { ForbiddenError, HubSpotUnavailableError } from '../user-errors.ts'
import type { ConnectionContext } from './connection-context.ts'
import { LoginExpiredError, LoginRefusedError, OtherPortalError, ScopesMissingError } from './errors.ts'
import { hashState, readState } from './login-state.ts'
import { revokeQuietly } from './revoke-quietly.ts'
import { sealGrant } from './sealed-tokens.ts'

export interface FinishedLogin {
  readonly workspaceId: string
  readonly portalId: bigint
  /** The portal that was replaced, if the admin allowed that. Ids of its records no longer mean anything. */
  readonly replacedPortalId: bigint | null
}

interface Login {
  readonly workspaceId: string
  readonly userId: string
  readonly codeVerifier: string
  readonly allowPortalChange: boolean
}

/**
 * Finishes a log-in with the parameters that HubSpot gave the browser, and connects the workspace. Only the viewer who began
 * it can do so. Settings, mappings, and links stay as they are (B16). Throws ForbiddenError, PlanRequiredError,
 * LoginExpiredError, LoginRefusedError, ScopesMissingError, OtherPortalError (B18), or HubSpotUnavailableError; the connection
 * is then unchanged.
 */
export async function finishLogin(
  context: ConnectionContext,
  viewer: Viewer,
  { state, code }: { readonly state: string; readonly code: string },
): Promise<FinishedLogin> {
  requireSyncAdmin(viewer)
  const login = await takeLogin(context, viewer, state)
  const { workspaceId } = login
  const codeVerifier = context.encryption.decrypt(login.codeVerifier, workspaceId)
  const grant = await context.hubspot.oauth.exchangeCode({ code, codeVerifier }).catch(refuse)
  const finished = await storeGrant(context, login, grant).catch(async (error: unknown) => {
    await revokeQuietly(context, grant.refreshToken)
    return refuse(error)
  })
  await context.afterLogin?.(finished)
  return finished
}

async function storeGrant(context: ConnectionContext, login: Login, grant: TokenGrant): Promise<FinishedLogin> {
  requireScopes(grant)
  const [account, hubDomain] = await Promise.all([accountOf(context, login, grant), hubDomainOf(context, grant)])
  const replacedPortalId = await inTransaction(context.database.pool, (client) =>
    connect(context, client, login, grant, { ...account, hubDomain }),
  )
  return { workspaceId: login.workspaceId, portalId: account.portalId, replacedPortalId }
}

/** Deleting the row claims it: if two browsers come back with the same state, only one finds it. */
async function takeLogin(
  { database, encryption, now }: ConnectionContext,
  viewer: Viewer,
  state: string,
): Promise<Login> {
  const { workspaceId, userId } = readState(encryption, state, now())
  if (workspaceId !== viewer.workspaceId || userId !== viewer.userId) {
    throw new ForbiddenError('Another user, or another workspace, started this log-in. Start a log-in yourself.')
  }
  const { rows } = await database.pool.query<Login>(
    `DELETE FROM oauth_state WHERE state_hash = $1 AND workspace_id = $2 AND user_id = $3
     RETURNING workspace_id AS "workspaceId", user_id AS "userId", code_verifier AS "codeVerifier",
       allow_portal_change AS "allowPortalChange"`,
    [hashState(state), workspaceId, userId],
  )
  const [login] = rows
  if (login === undefined) throw new LoginExpiredError()
  return login
}

/** HubSpot may not report any scopes. In that case, the first call that lacks a scope names it. */
function requireScopes({ scopes }: TokenGrant): void {
  const missing = scopes.length === 0 ? [] : requiredScopes.filter((scope) => !scopes.includes(scope))
  if (missing.length > 0) throw new ScopesMissingError(missing)
}

function refuse(error: unknown): never {
  if (error instanceof HubSpotUnauthorisedError) throw new LoginRefusedError({ cause: error })
  if (error instanceof HubSpotError) {
    throw new HubSpotUnavailableError('HubSpot does not answer as expected. Connect HubSpot again later.', {
      cause: error,
    })
  }
  throw error
}

function accountOf(
  { hubspot }: ConnectionContext,
  { workspaceId }: Login,
  { accessToken }: TokenGrant,
): Promise<AccountInfo> {
  const refused = async () => {
    throw new LoginRefusedError()
  }
  // The portal is not known yet, and a single call does not matter for a portal's share.
  const tokens = { current: async () => accessToken, renew: refused, giveUp: async () => {} }
  return hubspot.portal(0n, tokens, { requestOf: workspaceId }).accountInfo()
}

/** Only a name for people, so a log-in does not fail without it. */
async function hubDomainOf({ hubspot }: ConnectionContext, { accessToken }: TokenGrant): Promise<string | null> {
  try {
    return await hubspot.oauth.hubDomain(accessToken)
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error
    return null
  }
}

async function connect(
  context: ConnectionContext,
  client: pg.PoolClient,
  login: Login,
  grant: TokenGrant,
  account: AccountInfo & { readonly hubDomain: string | null },
): Promise<bigint | null> {
  const { rows } = await client.query<{ portalId: bigint }>(
    'SELECT portal_id AS "portalId" FROM hubspot_connection WHERE workspace_id = $1 FOR UPDATE',
    [login.workspaceId],
  )
  const connected = rows[0]?.portalId ?? account.portalId
  const isOther = connected !== account.portalId
  if (isOther) {
    if (!login.allowPortalChange) throw new OtherPortalError(connected, account.portalId)
    await context.forgetPortal?.(client, login.workspaceId)
  }
  const sealed = sealGrant(context, login.workspaceId, grant)
  await client.query(
    `INSERT INTO hubspot_connection (workspace_id, status, portal_id, ui_domain, data_hosting_location, time_zone, scopes,
       access_token, refresh_token, access_token_expires_at, connected_by_id, connected_at, access_token_renew_at,
       hub_domain)
     VALUES ($1, 'CONNECTED', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     ON CONFLICT (workspace_id) DO UPDATE SET status = excluded.status, portal_id = excluded.portal_id,
       ui_domain = excluded.ui_domain, data_hosting_location = excluded.data_hosting_location,
       time_zone = excluded.time_zone, scopes = excluded.scopes, access_token = excluded.access_token,
       refresh_token = excluded.refresh_token, access_token_expires_at = excluded.access_token_expires_at,
       connected_by_id = excluded.connected_by_id, connected_at = excluded.connected_at,
       access_token_renew_at = excluded.access_token_renew_at,
       hub_domain = coalesce(excluded.hub_domain, CASE
         WHEN hubspot_connection.portal_id = excluded.portal_id THEN hubspot_connection.hub_domain END)`,
    [
      login.workspaceId,
      account.portalId,
      account.uiDomain,
      account.dataHostingLocation,
      account.timeZone,
      grant.scopes,
      sealed.accessToken,
      sealed.refreshToken,
      sealed.expiresAt,
      login.userId,
      context.now(),
      sealed.renewAt,
      account.hubDomain,
    ],
  )
  return isOther ? connected : null
}
