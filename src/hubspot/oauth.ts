import { z } from 'zod'
import type { HubSpotEnvironment } from '../config/environment.ts'
import { type CountedUsage, callHubSpot } from './call-hubspot.ts'
import { HubSpotRejectedError, HubSpotUnauthorisedError, HubSpotUnavailableError } from './errors.ts'
import { formBody, type HttpAnswer, type Send } from './http.ts'
import { answerOf } from './parse-answer.ts'
import type { HubSpotPaths } from './paths.ts'
import type { Pause } from './pause.ts'
import { readTokenRefusal } from './token-refusal.ts'

/** The scopes that the app requests from a customer: only reading (B1). */
export const requiredScopes = [
  'oauth',
  'crm.objects.contacts.read',
  'crm.objects.companies.read',
  'crm.objects.owners.read',
  'crm.lists.read',
  'crm.schemas.contacts.read',
  'crm.schemas.companies.read',
] as const

export interface TokenGrant {
  readonly accessToken: string
  /** May differ from the previous one: store the returned token. */
  readonly refreshToken: string
  readonly expiresInSeconds: number
  readonly scopes: readonly string[]
}

/** The app's side of OAuth. If HubSpot does not accept a code or token, it throws HubSpotUnauthorisedError. */
export interface HubSpotOAuth {
  /** The URL to open in the browser. `codeChallenge` is the SHA-256 of the verifier, in base64url. */
  authorizeUrl(login: { readonly state: string; readonly codeChallenge: string }): string
  exchangeCode(login: { readonly code: string; readonly codeVerifier: string }): Promise<TokenGrant>
  /** `usage` counts the attempts. */
  refresh(refreshToken: string, usage?: CountedUsage): Promise<TokenGrant>
  /** True if HubSpot still accepts a refresh or access token. */
  isActive(token: string): Promise<boolean>
  /** Domain of the portal to which an access token belongs. Null if HubSpot does not tell. */
  hubDomain(accessToken: string): Promise<string | null>
  /** Revokes a refresh token. Access tokens live on until they expire. */
  revoke(refreshToken: string): Promise<void>
}

export interface OAuthOptions {
  readonly environment: HubSpotEnvironment
  readonly redirectUri: string
  readonly paths: HubSpotPaths
  readonly send: Send
  readonly pause: Pause
}

const longestLifeSeconds = 24 * 60 * 60

const grantSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  // Half an hour according to the documentation. A lifetime of more than a day is not relied on.
  expires_in: z
    .number()
    .positive()
    .transform((seconds) => Math.min(seconds, longestLifeSeconds)),
  scopes: z.array(z.string()).nullish(),
})
const toGrant = (grant: z.infer<typeof grantSchema>): TokenGrant => ({
  accessToken: grant.access_token,
  refreshToken: grant.refresh_token,
  expiresInSeconds: grant.expires_in,
  scopes: grant.scopes ?? [],
})
const readGrant = answerOf(grantSchema.transform(toGrant))
/** According to the standard, a refresh without a new refresh token leaves the old one valid. */
const readRefreshed = (refreshToken: string) =>
  answerOf(
    grantSchema
      .extend({ refresh_token: grantSchema.shape.refresh_token.nullish().transform((text) => text ?? refreshToken) })
      .transform(toGrant),
  )
const readActive = answerOf(z.object({ active: z.boolean() }))
const readHubDomain = answerOf(z.object({ hub_domain: z.string().nullish() }))

export function oauthOverHttp({ environment, redirectUri, paths, send, pause }: OAuthOptions): HubSpotOAuth {
  const client = { client_id: environment.clientId, client_secret: environment.clientSecret }
  const post = async <T>(
    path: string,
    fields: Record<string, string>,
    read: (answer: HttpAnswer) => T,
    usage?: CountedUsage,
  ) => {
    // Credentials are sent in the body: the dated versions no longer accept them in the query.
    const request = { method: 'POST', path, body: formBody({ ...client, ...fields }), what: 'log-in' } as const
    return callHubSpot({ send, request, read, pause, usage }).catch(explainRefusal)
  }
  return {
    authorizeUrl: ({ state, codeChallenge }) => {
      const query = new URLSearchParams({
        client_id: environment.clientId,
        redirect_uri: redirectUri,
        scope: requiredScopes.join(' '),
        state,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
      })
      return `${environment.appUrl}${paths.authorize}?${query}`
    },
    exchangeCode: ({ code, codeVerifier }) =>
      post(
        paths.token,
        { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: codeVerifier },
        readGrant,
      ),
    refresh: (refreshToken, usage) =>
      post(
        paths.token,
        { grant_type: 'refresh_token', refresh_token: refreshToken },
        readRefreshed(refreshToken),
        usage,
      ),
    isActive: async (token) => (await post(paths.introspectToken, { token }, readActive)).active,
    hubDomain: async (token) => (await post(paths.introspectToken, { token }, readHubDomain)).hub_domain || null,
    revoke: (refreshToken) => post(paths.revokeToken, { token: refreshToken }, () => undefined),
  }
}

function explainRefusal(error: unknown): never {
  if (!(error instanceof HubSpotRejectedError) || ![400, 401, 403].includes(error.status)) throw error
  switch (readTokenRefusal(error.category, error.isHubSpots)) {
    case 'log-in':
      throw new HubSpotUnauthorisedError('HubSpot no longer accepts the log-in. Log in to HubSpot again.', {
        cause: error,
      })
    case 'app': {
      const advice = 'Check HUBSPOT_CLIENT_ID, HUBSPOT_CLIENT_SECRET and PUBLIC_URL.'
      throw new HubSpotRejectedError(`HubSpot does not accept this app. ${advice}`, error.status, error.category)
    }
    case 'outage':
      throw new HubSpotUnavailableError(
        `HubSpot is not available: its log-in service answers with status ${error.status} without a reason. Try again later.`,
        { cause: error },
      )
  }
}
