import { createHash } from 'node:crypto'
import { type Answer, json } from './answer.ts'
import type { Form } from './consent-routes.ts'
import type { SimulatorContext } from './context.ts'
import { forbiddenPage } from './fault-answers.ts'
import type { Grant } from './token-store.ts'

export const APP_ID = 1160452

const refused = (status: string, error: string, message: string): Answer =>
  json({ error, error_description: message, status, message }, 400)

export const badRefreshToken = () =>
  refused('BAD_REFRESH_TOKEN', 'invalid_grant', 'refresh token is invalid, expired or revoked')

/** The same refusal in the shape that is configured for the token endpoint. */
const shaped = ({ tokens }: SimulatorContext, answer: Answer): Answer => {
  if (answer.status !== 400 || (tokens.options.refusals ?? 'documented') === 'documented') return answer
  if (tokens.options.refusals === 'web-page') return forbiddenPage()
  return json({ status: JSON.parse(answer.body.toString()).status }, 400)
}
const badCode = (message = 'missing or unknown auth code') => refused('BAD_AUTH_CODE', 'invalid_grant', message)

const tokenJson = ({ tokens }: SimulatorContext, grant: Grant, accessToken: string, refreshToken: string): Answer =>
  json({
    token_type: 'bearer',
    refresh_token: refreshToken,
    access_token: accessToken,
    hub_id: grant.hubId,
    scopes: grant.scopes,
    expires_in: tokens.options.accessTokenTtlSeconds,
    user_id: grant.userId,
    token_use: 'access_token',
  })

const answersChallenge = (challenge: { value: string; method: string }, verifier: string | undefined): boolean => {
  if (verifier === undefined) return false
  if (challenge.method !== 'S256') return challenge.value === verifier
  return challenge.value === createHash('sha256').update(verifier).digest('base64url')
}

const exchangeCode = (context: SimulatorContext, form: Form): Answer => {
  const pending = context.tokens.takeCode(form.code ?? '')
  if (!pending) return badCode()
  if (pending.redirectUri !== form.redirect_uri)
    return badCode('redirect_uri does not match the initial auth code request')
  if (pending.challenge && !answersChallenge(pending.challenge, form.code_verifier))
    return badCode('code_verifier is wrong')
  const { accessToken, refreshToken } = context.tokens.issue(pending.grant)
  return tokenJson(context, pending.grant, accessToken, refreshToken)
}

const refresh = (context: SimulatorContext, form: Form): Answer => {
  const refreshed = context.tokens.refresh(form.refresh_token ?? '')
  if (!refreshed) return badRefreshToken()
  return tokenJson(context, refreshed.grant, refreshed.accessToken, refreshed.refreshToken)
}

/** A token of the app itself, not bound to any portal. */
const clientCredentials = ({ tokens, clientId }: SimulatorContext, form: Form): Answer => {
  const scopes = (form.scope ?? '').split(' ').filter((scope) => scope !== '')
  const accessToken = tokens.issueAccess({ hubId: 0, clientId, userId: 0, scopes }, null)
  const { accessTokenTtlSeconds } = tokens.options
  return json({
    token_type: 'bearer',
    access_token: accessToken,
    scopes,
    expires_in: accessTokenTtlSeconds,
    token_use: 'client_credentials',
  })
}

export const tokenAnswer = (context: SimulatorContext, form: Form): Answer =>
  shaped(context, grantAnswer(context, form))

const grantAnswer = (context: SimulatorContext, form: Form): Answer => {
  if (form.client_id !== context.clientId)
    return refused('BAD_CLIENT_ID', 'invalid_client', 'missing or unknown client id')
  if (form.client_secret !== context.clientSecret) {
    return refused('BAD_CLIENT_SECRET', 'invalid_client', 'missing or invalid client secret')
  }
  switch (form.grant_type) {
    case 'authorization_code':
      return exchangeCode(context, form)
    case 'refresh_token':
      return refresh(context, form)
    case 'client_credentials':
      return clientCredentials(context, form)
    default:
      return refused('BAD_GRANT_TYPE', 'unsupported_grant_type', 'missing or unknown grant type')
  }
}

const ownerJson = (grant: Grant, token: string) => ({
  token,
  hub_id: grant.hubId,
  user_id: grant.userId,
  user: 'admin@portal.example',
  hub_domain: `portal-${grant.hubId}.example`,
  app_id: APP_ID,
  client_id: grant.clientId,
  scopes: grant.scopes,
  is_private_distribution: true,
})

export const accessTokenJson = ({ tokens, clock }: SimulatorContext, token: string) => {
  const check = tokens.check(token)
  if (check.state === 'unknown') return undefined
  const { grant, expiresAt } = check
  return {
    active: check.state === 'live',
    ...ownerJson(grant, token),
    expires_in: Math.max(0, Math.floor((expiresAt - clock()) / 1000)),
    signed_access_token: {
      expiresAt,
      scopes: grant.scopes.join(' '),
      hubId: grant.hubId,
      userId: grant.userId,
      appId: APP_ID,
      appInstallId: String(APP_ID + grant.hubId),
      installingUserId: grant.userId,
      audience: 'api.hubapi.com',
      isServiceAccount: false,
      signature: '',
      scopeToScopeGroupPks: '',
      newSignature: '',
      hublet: 'na1',
      trialScopes: '',
      trialScopeToScopeGroupPks: '',
      isUserLevel: false,
      isPrivateDistribution: true,
    },
    token_use: 'access_token',
    token_type: 'Bearer',
  }
}

export const refreshTokenJson = ({ tokens }: SimulatorContext, token: string) => {
  const grant = tokens.refreshGrant(token)
  return grant && { active: true, ...ownerJson(grant, token), token_use: 'refresh_token', token_type: 'Bearer' }
}
