import { expect, test } from 'vitest'
import { loadEnvironment } from '../../src/config/environment.ts'

const necessary = {
  DATABASE_URL: 'postgres://localhost/x',
  HUBSPOT_CLIENT_ID: 'id',
  HUBSPOT_CLIENT_SECRET: 'secret',
  ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
}

function mistakesOf(variables: Record<string, string>): readonly string[] {
  try {
    loadEnvironment({ ...necessary, ...variables })
    return []
  } catch (error) {
    return (error as { mistakes: string[] }).mistakes
  }
}

test('the API is closed to other origins and tokens unless the environment opens it', () => {
  const { auth, api, metricsPort, workerMetricsPort } = loadEnvironment(necessary)

  expect(auth).toEqual({
    jwtSecret: null,
    jwksUrl: null,
    issuer: null,
    audience: null,
    userClaim: 'id',
    maxTokenLifetimeSeconds: 86_400,
  })
  expect(api).toEqual({
    corsOrigins: [],
    loginReturnUrls: [],
    introspection: true,
    persistedDocuments: null,
    onlyPersistedDocuments: false,
    rates: {},
    bounds: {},
    trustedProxies: null,
  })
  expect(metricsPort).toBeNull()
  expect(workerMetricsPort).toBeNull()
})

test('the settings of the API are read from the environment', () => {
  const { auth, api } = loadEnvironment({
    ...necessary,
    AUTH_JWKS_URL: 'https://login.example.com/jwks.json',
    AUTH_ISSUER: 'https://login.example.com/',
    AUTH_AUDIENCE: 'sync',
    CORS_ORIGINS: 'https://app.example.com, http://localhost:3000',
    LOGIN_RETURN_URLS: 'https://app.example.com/hubspot?tab=sync, http://localhost:3000/',
    GRAPHQL_INTROSPECTION: 'false',
    GRAPHQL_PERSISTED_DOCUMENTS: 'documents.json',
    GRAPHQL_ONLY_PERSISTED: 'true',
    RATE_LIMIT_PER_TOKEN: '100000',
    MAX_SOCKETS_PER_TOKEN: '50',
    TRUSTED_PROXIES: '1',
  })

  expect(auth).toMatchObject({ jwksUrl: 'https://login.example.com/jwks.json', audience: 'sync' })
  expect(api).toEqual({
    corsOrigins: ['https://app.example.com', 'http://localhost:3000'],
    loginReturnUrls: ['https://app.example.com/hubspot?tab=sync', 'http://localhost:3000/'],
    introspection: false,
    persistedDocuments: 'documents.json',
    onlyPersistedDocuments: true,
    rates: { perToken: 100_000 },
    bounds: { socketsPerToken: 50 },
    trustedProxies: 1,
  })
})

test('JSON Web Tokens name their user by the chosen claim and have a maximum lifetime', () => {
  const secret = { AUTH_JWT_SECRET: 'x'.repeat(32) }
  const { auth } = loadEnvironment({
    ...necessary,
    ...secret,
    AUTH_USER_CLAIM: 'email',
    AUTH_MAX_TOKEN_LIFETIME: '3600',
  })

  expect(auth).toMatchObject({ userClaim: 'email', maxTokenLifetimeSeconds: 3_600 })
  expect(mistakesOf({ ...secret, AUTH_USER_CLAIM: 'name', AUTH_MAX_TOKEN_LIFETIME: '1h' })).toEqual([
    'AUTH_USER_CLAIM must be id, sub, or email',
    'AUTH_MAX_TOKEN_LIFETIME must be a number of seconds, at least 60',
  ])
  expect(mistakesOf({ AUTH_USER_CLAIM: 'sub', AUTH_MAX_TOKEN_LIFETIME: '3600' })).toEqual([
    'AUTH_USER_CLAIM requires AUTH_JWT_SECRET or AUTH_JWKS_URL',
    'AUTH_MAX_TOKEN_LIFETIME requires AUTH_JWT_SECRET or AUTH_JWKS_URL',
  ])
})

test('one message contains every mistake', () => {
  expect(
    mistakesOf({
      AUTH_JWT_SECRET: 'short',
      AUTH_JWKS_URL: 'https://login.example.com/jwks.json',
      CORS_ORIGINS: 'app.example.com',
      LOGIN_RETURN_URLS: 'app.example.com',
      GRAPHQL_ONLY_PERSISTED: 'true',
      RATE_LIMIT_PER_TOKEN: '9999',
      MAX_SOCKETS: 'many',
      TRUSTED_PROXIES: '-1',
    }),
  ).toEqual([
    'AUTH_JWT_SECRET must have at least 32 characters',
    'CORS_ORIGINS must be origins such as https://app.example.com, comma-separated, or *',
    'LOGIN_RETURN_URLS must be a URL that starts with http:// or https://',
    'RATE_LIMIT_PER_TOKEN must be at least 10000 points per minute',
    'MAX_SOCKETS must be a whole number of at least 1',
    'TRUSTED_PROXIES must be the number of proxies in front of the API, 0 if there are none',
    'AUTH_JWKS_URL and AUTH_JWT_SECRET cannot be used together',
    'AUTH_ISSUER is required with AUTH_JWKS_URL',
    'AUTH_AUDIENCE is required with AUTH_JWKS_URL',
    'GRAPHQL_PERSISTED_DOCUMENTS is required with GRAPHQL_ONLY_PERSISTED=true',
  ])
})
