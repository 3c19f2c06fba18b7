import { describe, expect, it } from 'vitest'
import { apiVersions } from '../../src/config/environment.ts'
import { HubSpotRejectedError, HubSpotUnauthorisedError } from '../../src/hubspot/errors.ts'
import { openHubSpot } from '../../src/hubspot/gateway.ts'
import { unlimited } from '../support/test-sync.ts'
import { openSimulatedPortal } from './simulated-portal.ts'

describe.each(apiVersions)('OAuth of %s', (apiVersion) => {
  it('refreshes, checks, and revokes a refresh token', async () => {
    const { simulator, hubspot } = await openSimulatedPortal({ apiVersion, rotateRefreshTokens: true })
    const { refreshToken: first } = simulator.issueAccessToken()

    const grant = await hubspot.oauth.refresh(first)

    expect(grant).toMatchObject({ expiresInSeconds: 1800, scopes: expect.arrayContaining(['crm.lists.read']) })
    expect(grant.refreshToken).not.toBe(first)
    expect(await hubspot.oauth.isActive(grant.refreshToken)).toBe(true)
    await hubspot.oauth.revoke(grant.refreshToken)
    expect(await hubspot.oauth.isActive(grant.refreshToken)).toBe(false)
    await expect(hubspot.oauth.refresh(grant.refreshToken)).rejects.toThrow(HubSpotUnauthorisedError)
  })
})

it('B1: requests only scopes for reading', async () => {
  const { hubspot, simulator } = await openSimulatedPortal()

  const url = new URL(hubspot.oauth.authorizeUrl({ state: 's', codeChallenge: 'c' }))

  const scopes = url.searchParams.get('scope')?.split(' ') ?? []
  expect(url.origin + url.pathname).toBe(`${simulator.url}/oauth/authorize`)
  expect(scopes.filter((scope) => !scope.endsWith('.read'))).toEqual(['oauth'])
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    redirect_uri: 'http://localhost:4000/oauth/hubspot/callback',
    code_challenge_method: 'S256',
  })
})

it('a wrong client secret is reported to the operator, and nobody has to log in again', async () => {
  const { simulator } = await openSimulatedPortal()
  const environment = {
    clientId: simulator.clientId,
    clientSecret: 'wrong',
    apiUrl: simulator.url,
    appUrl: simulator.url,
  }
  const hubspot = openHubSpot({
    environment: { ...environment, apiVersion: '2026-03' },
    publicUrl: 'http://localhost:4000',
    budget: unlimited,
  })
  const refreshed = hubspot.oauth.refresh(simulator.issueAccessToken().refreshToken)

  await expect(refreshed).rejects.toThrow(HubSpotRejectedError)
  await expect(refreshed).rejects.toThrow('HUBSPOT_CLIENT_SECRET')
  await hubspot.close()
})
