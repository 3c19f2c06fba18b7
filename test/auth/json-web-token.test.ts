import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose'
import { expect, test } from 'vitest'
import { authenticate } from '../../src/auth/authenticate.ts'
import { openJwtVerifier } from '../../src/auth/json-web-token.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createTestDatabase } from '../support/test-database.ts'

const database = await createTestDatabase()
const workspace = await createWorkspace(database, { name: 'Test', plan: 'GROWTH', adminEmail: 'admin@example.test' })
const { userId, workspaceId } = workspace

const text = 'a secret of thirty-two characters'
const secret = new TextEncoder().encode(text)
const issuer = 'https://login.example.com/'
const audience = 'hubspot-contact-sync'

const bySecret = openJwtVerifier({ jwtSecret: text, jwksUrl: null, issuer, audience })

function claims({ sub = userId, iss = issuer, aud = audience, exp = '5 minutes' as string | number } = {}) {
  return new SignJWT({ email: 'x' })
    .setSubject(sub)
    .setIssuer(iss)
    .setAudience(aud)
    .setIssuedAt()
    .setExpirationTime(exp)
}

function sessionOf(token: string, verifyJwt = bySecret) {
  return authenticate({ database, verifyJwt }, { authorization: `Bearer ${token}`, workspaceId: null })
}

test('B20: a token that is signed with the secret identifies the user and the expiry', async () => {
  const exp = Math.floor(Date.now() / 1000) + 60

  const session = await sessionOf(await claims({ exp }).setProtectedHeader({ alg: 'HS256' }).sign(secret))

  expect(session.viewer).toMatchObject({ userId, workspaceId, role: 'WORKSPACE_ADMIN', plan: 'GROWTH' })
  expect(session.expiresAt?.getTime()).toBeGreaterThanOrEqual(exp * 1000)
})

const signed = (jwt: SignJWT) => jwt.setProtectedHeader({ alg: 'HS256' }).sign(secret)

test.for<[why: string, token: () => Promise<string> | string]>([
  ['it has expired', () => signed(claims({ exp: Math.floor(Date.now() / 1000) - 60 }))],
  [
    'it never expires',
    () => signed(new SignJWT({}).setSubject(userId).setIssuer(issuer).setAudience(audience).setIssuedAt()),
  ],
  [
    'it does not say when it was issued',
    () =>
      signed(new SignJWT({}).setSubject(userId).setIssuer(issuer).setAudience(audience).setExpirationTime('5 minutes')),
  ],
  ['it is valid for more than a day', () => signed(claims({ exp: '25 hours' }))],
  ['it will be issued in the future', () => signed(claims({ exp: '2 hours' }).setIssuedAt('1 hour from now'))],
  ['it is from another issuer', () => signed(claims({ iss: 'https://elsewhere.example/' }))],
  ['it is for another audience', () => signed(claims({ aud: 'elsewhere' }))],
  ['its user is unknown', () => signed(claims({ sub: '01a20aca-c8f9-7289-af08-0ab22d452768' }))],
  ['its subject is not a user id', () => signed(claims({ sub: 'auth0|1' }))],
  [
    'it is signed with another secret',
    () =>
      claims()
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode('x'.repeat(32))),
  ],
  [
    'it is not signed',
    () => new UnsecuredJWT({ sub: userId, iss: issuer, aud: audience, exp: 4_000_000_000 }).encode(),
  ],
  ['it is not a token', () => 'a.b.c'],
])('B20: a token is rejected if %s', async ([_why, token]) => {
  await expect(sessionOf(await token())).rejects.toMatchObject({ name: 'AuthenticationError', code: 'UNAUTHENTICATED' })
})

test('B20: if the operator does not accept JSON Web Tokens, a token is rejected', async () => {
  await expect(sessionOf(await signed(claims()), null)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
})

/** Serves keys as an identity provider does. */
async function publish(keys: JWK[]): Promise<string> {
  const server = createServer((_request, response) => response.end(JSON.stringify({ keys })))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanUp(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`
}

async function keyPair(
  kid: string,
): Promise<{ sign: (jwt: SignJWT) => Promise<string>; jwk: JWK; privateKey: CryptoKey }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const sign = (jwt: SignJWT) => jwt.setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey)
  return { sign, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256' } }
}

test('B20: a token that is signed with a published key identifies the user; a token that is signed with another key is rejected', async () => {
  const [mine, another] = [await keyPair('mine'), await keyPair('another')]
  const jwksUrl = await publish([mine.jwk])
  const byKeys = openJwtVerifier({ jwtSecret: null, jwksUrl, issuer, audience })

  expect((await sessionOf(await mine.sign(claims()), byKeys)).viewer).toMatchObject({ userId })
  await expect(sessionOf(await another.sign(claims()), byKeys)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  // The published key is public. If it were accepted as a secret, anyone could sign tokens.
  const asSecret = claims().setProtectedHeader({ alg: 'HS256', kid: 'mine' })
  const forged = await asSecret.sign(new TextEncoder().encode(JSON.stringify(mine.jwk)))
  await expect(sessionOf(forged, byKeys)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
})

test('a token is not rejected because the keys cannot be fetched', async () => {
  const { sign } = await keyPair('mine')
  const byKeys = openJwtVerifier({ jwtSecret: null, jwksUrl: 'http://127.0.0.1:9/jwks.json', issuer, audience })

  const attempt = sessionOf(await sign(claims()), byKeys)

  await expect(attempt).rejects.not.toMatchObject({ name: 'AuthenticationError' })
})
