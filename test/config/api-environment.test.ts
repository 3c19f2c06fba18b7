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

  expect(auth).toEqual({ jwtSecret: null, jwksUrl: null, issuer: null, audience: null })
  expect(api).toEqual({
    corsOrigins: [],
    introspection: true,
    persistedDocuments: null,
    onlyPersistedDocuments: false,
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
    GRAPHQL_INTROSPECTION: 'false',
    GRAPHQL_PERSISTED_DOCUMENTS: 'documents.json',
    GRAPHQL_ONLY_PERSISTED: 'true',
  })

  expect(auth).toMatchObject({ jwksUrl: 'https://login.example.com/jwks.json', audience: 'sync' })
  expect(api).toEqual({
    corsOrigins: ['https://app.example.com', 'http://localhost:3000'],
    introspection: false,
    persistedDocuments: 'documents.json',
    onlyPersistedDocuments: true,
  })
})

test('every mistake is named in one message', () => {
  expect(
    mistakesOf({
      AUTH_JWT_SECRET: 'short',
      AUTH_JWKS_URL: 'https://login.example.com/jwks.json',
      CORS_ORIGINS: 'app.example.com',
      GRAPHQL_ONLY_PERSISTED: 'true',
    }),
  ).toEqual([
    'AUTH_JWT_SECRET must have at least 32 characters',
    'CORS_ORIGINS must be origins such as https://app.example.com, comma-separated, or *',
    'AUTH_JWKS_URL and AUTH_JWT_SECRET cannot be used together',
    'AUTH_ISSUER is required with AUTH_JWKS_URL',
    'AUTH_AUDIENCE is required with AUTH_JWKS_URL',
    'GRAPHQL_PERSISTED_DOCUMENTS is required with GRAPHQL_ONLY_PERSISTED=true',
  ])
})
