import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { HubSpotRejectedError, HubSpotUnauthorisedError, HubSpotUnavailableError } from '../../src/hubspot/errors.ts'
import { openHubSpot } from '../../src/hubspot/gateway.ts'
import { cleanUp } from '../support/clean-up.ts'
import { unlimited } from '../support/test-sync.ts'

const page = '<html><head><title>Attention Required! | Cloudflare</title></head></html>'
const text = (value: object) => JSON.stringify(value)

/** HubSpot's log-in service with the same answer for every request. */
async function openLogIn(status: number, body: string) {
  const server = createServer((_request, response) => response.writeHead(status, {}).end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUp(() => new Promise((resolve) => server.close(resolve)))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const hubspot = openHubSpot({
    environment: { clientId: 'id', clientSecret: 'secret', apiUrl: url, appUrl: url, apiVersion: '2026-03' },
    publicUrl: 'http://localhost:4000',
    budget: unlimited,
    pause: async () => {},
  })
  cleanUp(() => hubspot.close())
  cleanUp(async () => server.closeAllConnections())
  return hubspot
}

const documented = {
  error: 'invalid_grant',
  error_description: 'refresh token is invalid, expired or revoked',
  status: 'BAD_REFRESH_TOKEN',
  message: 'refresh token is invalid, expired or revoked',
}

describe.each([400, 401, 403])('B17: a refresh that is answered %i', (status) => {
  it.each<[string, string]>([
    ['as documented', text(documented)],
    ['with a status only', text({ status: 'BAD_REFRESH_TOKEN' })],
    ['with an error only', text({ error: 'invalid_grant' })],
    [
      'with a category, as for other calls',
      text({ status: 'error', category: 'INVALID_AUTHENTICATION', message: 'no' }),
    ],
    ['with a message only', text({ message: 'missing or unknown refresh token' })],
    ['with an unknown code', text({ status: 'HUB_GONE' })],
  ])('%s requires another log-in', async (_how, body) => {
    const hubspot = await openLogIn(status, body)

    await expect(hubspot.oauth.refresh('token')).rejects.toThrow(HubSpotUnauthorisedError)
  })

  it.each<[string, string]>([
    ['invalid_client', text({ error: 'invalid_client' })],
    ['BAD_CLIENT_ID', text({ status: 'BAD_CLIENT_ID' })],
    ['BAD_CLIENT_SECRET', text({ status: 'BAD_CLIENT_SECRET', message: 'missing or invalid client secret' })],
    ['unauthorized_client', text({ error: 'unauthorized_client', status: 'X' })],
    ['BAD_REDIRECT_URI', text({ status: 'BAD_REDIRECT_URI' })],
  ])('with %s is reported to the operator', async (_word, body) => {
    const hubspot = await openLogIn(status, body)
    const refreshed = hubspot.oauth.refresh('token')

    await expect(refreshed).rejects.toThrow(HubSpotRejectedError)
    await expect(refreshed).rejects.toThrow(/HUBSPOT_CLIENT_ID/)
  })

  it.each<[string, string]>([
    ['a web page', page],
    ['nothing', ''],
    ['plain text', 'Forbidden'],
    ['empty JSON', '{}'],
    ['JSON that is not an object', '[]'],
    ['the edge’s own JSON', text({ title: 'Error 1020', status: 403, cloudflare_error: true, message: 'denied' })],
    ['a code for a temporary state', text({ error: 'temporarily_unavailable' })],
    ['a rate limit', text({ status: 'error', category: 'RATE_LIMITS', message: 'slow down' })],
  ])('with %s is an outage and not a rejection', async (_what, body) => {
    const hubspot = await openLogIn(status, body)

    await expect(hubspot.oauth.refresh('token')).rejects.toThrow(HubSpotUnavailableError)
  })
})

it('if a refresh returns no new refresh token, the old one stays valid', async () => {
  const hubspot = await openLogIn(200, text({ access_token: 'new', expires_in: 1800 }))

  expect(await hubspot.oauth.refresh('old')).toMatchObject({ accessToken: 'new', refreshToken: 'old' })
})

it('a token with a very long lifetime is renewed within a day', async () => {
  const hubspot = await openLogIn(200, text({ access_token: 'a', refresh_token: 'r', expires_in: 1e300 }))

  expect(await hubspot.oauth.refresh('old')).toMatchObject({ expiresInSeconds: 86_400 })
})
