import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { ALL_SCOPES } from '../../simulator/portal/portal-settings.ts'
import { publishedSchema } from './published-schema.ts'
import { simulatedHubSpot } from './simulated-hubspot.ts'

let now = Date.UTC(2026, 10, 23)
const portals = [
  { hubId: 111, empty: true },
  { hubId: 222, empty: true },
]
const hubspot = simulatedHubSpot({ portals, clock: () => now, clientId: 'app', clientSecret: 'hush' })

const redirect_uri = 'http://127.0.0.1:9/callback'
const request = { client_id: 'app', redirect_uri, scope: 'oauth crm.lists.read', state: 's"1' }
const app = { client_id: 'app', client_secret: 'hush' }

const approve = async (fields: Record<string, string> = {}): Promise<URL> => {
  const answer = await hubspot.form('/oauth/authorize/decision', {
    ...request,
    hub_id: '222',
    decision: 'approve',
    ...fields,
  })
  return new URL(answer.headers.get('location') ?? '')
}

const exchange = async (more: Record<string, string> = {}, path = '/oauth/2026-03/token', fields = {}) => {
  const code = (await approve(fields)).searchParams.get('code') ?? ''
  return hubspot.form(path, { ...app, grant_type: 'authorization_code', code, redirect_uri, ...more })
}

beforeEach(async () => {
  await hubspot.post('/control/tokens/configure', { accessTokenTtlSeconds: 1800, rotateRefreshTokens: false })
})

describe('consent', () => {
  test('shows a page with the portals, the scopes, and the request, escaped', async () => {
    const { status, headers, text } = await hubspot.get(`/oauth/authorize?${new URLSearchParams(request)}`)
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    for (const part of ['>111<', '>222<', 'crm.lists.read', 'value="s&#34;1"', 'Approve', 'Deny'])
      expect(text).toContain(part)
    const pinned = await hubspot.get(`/oauth/222/authorize?${new URLSearchParams(request)}`)
    expect(pinned.text).not.toContain('>111<')
  })

  test('reports an unknown app and a missing redirect_uri on the page itself', async () => {
    expect((await hubspot.get('/oauth/authorize?client_id=other')).status).toBe(400)
    expect((await hubspot.get('/oauth/authorize?client_id=app&scope=oauth')).status).toBe(400)
  })

  test('redirects with a code and the state, or with access_denied', async () => {
    const approved = await approve()
    expect(approved.origin + approved.pathname).toBe(redirect_uri)
    expect(approved.searchParams.get('state')).toBe('s"1')
    expect((await approve({ decision: 'deny' })).searchParams.get('error')).toBe('access_denied')
    expect((await approve({ scope: 'oauth crm.objects.deals.read' })).searchParams.get('error')).toBe('access_denied')
  })
})

describe('tokens', () => {
  test.each(['2026-03', '2026-09', 'v3', 'v1'])('are issued for a code by %s, once', async (version) => {
    const path = `/oauth/${version}/token`
    const { status, body } = await exchange({}, path)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      token_type: 'bearer',
      hub_id: 222,
      expires_in: 1800,
      scopes: ['oauth', 'crm.lists.read'],
    })
    expect(body.access_token.length).toBeGreaterThan(300)
    expect(publishedSchema('oauth-2026-03')('post /oauth/2026-03/token 200', body)).toEqual([])
    const again = await hubspot.form(path, { ...app, grant_type: 'authorization_code', code: 'used', redirect_uri })
    expect([again.status, again.body.status]).toEqual([400, 'BAD_AUTH_CODE'])
  })

  test.each([
    ['a wrong secret', { client_secret: 'no' }, 'BAD_CLIENT_SECRET'],
    ['another redirect_uri', { redirect_uri: 'http://127.0.0.1:9/other' }, 'BAD_AUTH_CODE'],
    ['no grant type', { grant_type: '' }, 'BAD_GRANT_TYPE'],
  ])('are not issued for %s', async (_, more, expected) => {
    const { status, body } = await exchange(more)
    expect([status, body.status]).toEqual([400, expected])
  })

  test('are issued with PKCE only to the owner of the verifier', async () => {
    const code_challenge = createHash('sha256').update('verifier').digest('base64url')
    const fields = { code_challenge, code_challenge_method: 'S256' }
    expect((await exchange({ code_verifier: 'guess' }, undefined, fields)).body.status).toBe('BAD_AUTH_CODE')
    expect((await exchange({ code_verifier: 'verifier' }, undefined, fields)).status).toBe(200)
  })

  test('expire, are refreshed, and are refused after the app was removed', async () => {
    const { body } = await exchange()
    const call = async (token: string) => hubspot.post('/crm/v3/lists/search', { offset: 0 }, token)
    expect((await call(body.access_token)).status).toBe(200)
    now += 1_805_000
    const expired = await call(body.access_token)
    expect([expired.status, expired.body.category]).toEqual([401, 'EXPIRED_AUTHENTICATION'])
    expect(expired.body.message).toContain('expired 5 second(s) ago')
    const refresh = () =>
      hubspot.form('/oauth/2026-03/token', { ...app, grant_type: 'refresh_token', refresh_token: body.refresh_token })
    const refreshed = (await refresh()).body
    expect(refreshed.refresh_token).toBe(body.refresh_token)
    expect((await call(refreshed.access_token)).status).toBe(200)
    hubspot.simulator.revokeTokens(222)
    const revoked = await call(refreshed.access_token)
    expect([revoked.status, revoked.body.category]).toEqual([401, 'INVALID_AUTHENTICATION'])
    expect((await refresh()).body).toMatchObject({ error: 'invalid_grant', status: 'BAD_REFRESH_TOKEN' })
  })

  test('rotate if configured', async () => {
    await hubspot.post('/control/tokens/configure', { rotateRefreshTokens: true })
    const first = (await exchange()).body.refresh_token
    const refresh = (refresh_token: string) =>
      hubspot.form('/oauth/v3/token', { ...app, grant_type: 'refresh_token', refresh_token })
    const second = (await refresh(first)).body.refresh_token
    expect(second).not.toBe(first)
    expect((await refresh(first)).body.status).toBe('BAD_REFRESH_TOKEN')
    expect((await refresh(second)).status).toBe(200)
  })

  test('are introspected and revoked', async () => {
    const { body } = await exchange()
    const about = async (token: string) =>
      (await hubspot.form('/oauth/2026-03/token/introspect', { ...app, token })).body
    const access = await about(body.access_token)
    expect(access).toMatchObject({ active: true, hub_id: 222, token_use: 'access_token' })
    expect(publishedSchema('oauth-2026-03')('post /oauth/2026-03/token/introspect 200', access)).toEqual([])
    expect(await about(body.refresh_token)).toMatchObject({ active: true, token_use: 'refresh_token' })
    expect((await hubspot.get(`/oauth/v1/access-tokens/${body.access_token}`)).body.hub_id).toBe(222)
    expect((await hubspot.form('/oauth/2026-03/token/revoke', { ...app, token: body.refresh_token })).status).toBe(204)
    expect(await about(body.refresh_token)).toMatchObject({ active: false })
    expect(await about(body.access_token)).toMatchObject({ active: true })
  })
})

describe('a call is refused', () => {
  test('without a token', async () => {
    expect((await hubspot.get('/account-info/v3/details', '')).body.category).toBe('INVALID_AUTHENTICATION')
  })

  test('without the scope, which the answer names', async () => {
    const { accessToken } = hubspot.simulator.issueAccessToken(111, ['oauth'])
    const { status, body } = await hubspot.get('/crm/v3/lists/42', accessToken)
    expect([status, body.category]).toEqual([403, 'MISSING_SCOPES'])
    expect(body.errors[0].context.requiredGranularScopes).toEqual(['crm.lists.read'])
  })

  test('once the portal takes a scope away', async () => {
    const portal = hubspot.simulator.portal(111)
    portal.configure({ scopes: ALL_SCOPES.filter((scope) => scope !== 'crm.objects.contacts.read') })
    const { accessToken } = hubspot.simulator.issueAccessToken(111)
    expect((await hubspot.get('/crm/v3/objects/contacts', accessToken)).status).toBe(403)
    portal.configure({ scopes: ALL_SCOPES })
    expect((await hubspot.get('/crm/v3/objects/contacts', accessToken)).status).toBe(200)
  })
})
