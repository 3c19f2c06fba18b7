import { z } from 'zod'
import type { HubSpotEnvironment } from '../config/environment.ts'
import { callHubSpot } from './call-hubspot.ts'
import { HubSpotRejectedError, HubSpotUnauthorisedError } from './errors.ts'
import { formBody, type HttpAnswer, type Send } from './http.ts'
import { answerOf } from './parse-answer.ts'
import type { HubSpotPaths } from './paths.ts'
import type { Pause } from './pause.ts'

/** What the app asks a customer for: reading, and nothing else (B1). */
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
  /** May be another one than before: keep what comes back. */
  readonly refreshToken: string
  readonly expiresInSeconds: number
  readonly scopes: readonly string[]
}

/** The app's side of OAuth. A code or token that HubSpot does not accept gives HubSpotUnauthorisedError. */
export interface HubSpotOAuth {
  /** Where to send the browser; `codeChallenge` is the SHA-256 of the verifier, in base64url. */
  authorizeUrl(login: { readonly state: string; readonly codeChallenge: string }): string
  exchangeCode(login: { readonly code: string; readonly codeVerifier: string }): Promise<TokenGrant>
  refresh(refreshToken: string): Promise<TokenGrant>
  /** Whether HubSpot still accepts a refresh or access token. */
  isActive(token: string): Promise<boolean>
  /** Ends a refresh token; access tokens live on until they expire. */
  revoke(refreshToken: string): Promise<void>
}

export interface OAuthOptions {
  readonly environment: HubSpotEnvironment
  readonly redirectUri: string
  readonly paths: HubSpotPaths
  readonly send: Send
  readonly pause: Pause
}

const grantSchema = z
  .object({
    access_token: z.string().min(1),
    refresh_token: z.string().min(1),
    expires_in: z.number().positive(),
    scopes: z.array(z.string()).nullish(),
  })
  .transform(
    (grant): TokenGrant => ({
      accessToken: grant.access_token,
      refreshToken: grant.refresh_token,
      expiresInSeconds: grant.expires_in,
      scopes: grant.scopes ?? [],
    }),
  )
const readGrant = answerOf(grantSchema)
const readActive = answerOf(z.object({ active: z.boolean() }))

export function oauthOverHttp({ environment, redirectUri, paths, send, pause }: OAuthOptions): HubSpotOAuth {
  const client = { client_id: environment.clientId, client_secret: environment.clientSecret }
  const post = async <T>(path: string, fields: Record<string, string>, read: (answer: HttpAnswer) => T) => {
    // Credentials go in the body: the dated versions do not take them from the query any more.
    const request = { method: 'POST', path, body: formBody({ ...client, ...fields }) } as const
    return callHubSpot({ send, request, read, pause }).catch(explainRefusal)
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
    refresh: (refreshToken) =>
      post(paths.token, { grant_type: 'refresh_token', refresh_token: refreshToken }, readGrant),
    isActive: async (token) => (await post(paths.introspectToken, { token }, readActive)).active,
    revoke: (refreshToken) => post(paths.revokeToken, { token: refreshToken }, () => undefined),
  }
}

function explainRefusal(error: unknown): never {
  if (!(error instanceof HubSpotRejectedError)) throw error
  if (error.category === 'invalid_grant') {
    throw new HubSpotUnauthorisedError('HubSpot does not accept the log-in any more. Log in to HubSpot again.', {
      cause: error,
    })
  }
  if (error.category === 'invalid_client') {
    const advice = 'Check HUBSPOT_CLIENT_ID and HUBSPOT_CLIENT_SECRET.'
    throw new HubSpotRejectedError(`HubSpot does not know this app. ${advice}`, error.status, error.category)
  }
  throw error
}
