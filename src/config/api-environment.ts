import { z } from 'zod'
import { httpUrl, url } from './url-shapes.ts'

/** Which tokens are accepted in addition to the API's own. At most one of `jwtSecret` and `jwksUrl` is set. */
export interface AuthEnvironment {
  readonly jwtSecret: string | null
  readonly jwksUrl: string | null
  readonly issuer: string | null
  readonly audience: string | null
  /** How a JSON Web Token names its user. */
  readonly userClaim: UserClaim
  /** Maximum number of seconds between the creation and the expiry of a JSON Web Token. */
  readonly maxTokenLifetimeSeconds: number
}

/**
 * `id`: the claim `sub` is the id of our user. `sub`: it is the identity provider's id of the person. `email`: the claim
 * `email` is the person's address, and `email_verified` is true.
 */
export type UserClaim = (typeof userClaims)[number]
const userClaims = ['id', 'sub', 'email'] as const

export const defaultMaxTokenLifetimeSeconds = 24 * 60 * 60

/** Settings of the GraphQL API. */
export interface ApiEnvironment {
  /** Origins whose pages may read answers; `*` for every origin. */
  readonly corsOrigins: readonly string[]
  /** URLs to which a log-in to HubSpot may return the browser. */
  readonly loginReturnUrls: readonly string[]
  /** True if clients may query the schema. Otherwise there is no GraphiQL either. */
  readonly introspection: boolean
  /** Path of a JSON file of documents by id, as client builds write it. */
  readonly persistedDocuments: string | null
  /** True if documents outside that file are rejected. */
  readonly onlyPersistedDocuments: boolean
  /** Points per minute. The API has a default for each that is not set. */
  readonly rates: Partial<Record<'perToken' | 'perWorkspace', number>>
  /** Per process. The API has a default for each that is not set. */
  readonly bounds: Partial<Record<BoundName, number>>
  /** Number of proxies in front of the API that append to X-Forwarded-For. Null if it is unknown. */
  readonly trustedProxies: number | null
}

type BoundName =
  | 'connections'
  | 'sockets'
  | 'socketsPerToken'
  | 'socketsPerWorkspace'
  | 'subscriptionsPerToken'
  | 'subscriptionsPerWorkspace'

const flag = z.enum(['true', 'false']).transform((text) => text === 'true')
const origin = z
  .string()
  .refine(
    (text) => text === '*' || (URL.canParse(text) && new URL(text).origin === text),
    'must be origins such as https://app.example.com, comma-separated, or *',
  )

const numberFrom = (smallest: number, message: string) =>
  z.coerce.number(message).int(message).min(smallest, message).max(1_000_000_000, message).optional()
/** A single operation may cost 10,000 points. With a lower limit it could never be executed. */
const pointsPerMinute = numberFrom(10_000, 'must be at least 10000 points per minute')
const bound = numberFrom(1, 'must be a whole number of at least 1')

export const apiShape = {
  AUTH_JWT_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  AUTH_JWKS_URL: httpUrl.optional(),
  AUTH_ISSUER: z.string().optional(),
  AUTH_AUDIENCE: z.string().optional(),
  AUTH_USER_CLAIM: z.enum(userClaims, 'must be id, sub, or email').default('id'),
  AUTH_MAX_TOKEN_LIFETIME: numberFrom(60, 'must be a number of seconds, at least 60'),
  CORS_ORIGINS: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(origin))
    .default([]),
  LOGIN_RETURN_URLS: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(url('http:', 'https:')))
    .default([]),
  GRAPHQL_INTROSPECTION: flag.default(true),
  GRAPHQL_PERSISTED_DOCUMENTS: z.string().optional(),
  GRAPHQL_ONLY_PERSISTED: flag.default(false),
  RATE_LIMIT_PER_TOKEN: pointsPerMinute,
  RATE_LIMIT_PER_WORKSPACE: pointsPerMinute,
  MAX_CONNECTIONS: bound,
  MAX_SOCKETS: bound,
  MAX_SOCKETS_PER_TOKEN: bound,
  MAX_SOCKETS_PER_WORKSPACE: bound,
  MAX_SUBSCRIPTIONS_PER_TOKEN: bound,
  MAX_SUBSCRIPTIONS_PER_WORKSPACE: bound,
  TRUSTED_PROXIES: numberFrom(0, 'must be the number of proxies in front of the API, 0 if there are none'),
}

type ApiVariables = z.infer<z.ZodObject<typeof apiShape>>

/** Conflicts between variables: the name at fault and the reason. */
export function apiConflicts(env: Readonly<Record<string, unknown>>): [name: string, message: string][] {
  const conflicts: [string, string][] = []
  if (env.AUTH_JWT_SECRET !== undefined && env.AUTH_JWKS_URL !== undefined) {
    conflicts.push(['AUTH_JWKS_URL', 'and AUTH_JWT_SECRET cannot be used together'])
  }
  if (env.AUTH_JWT_SECRET === undefined && env.AUTH_JWKS_URL === undefined) {
    for (const name of ['AUTH_USER_CLAIM', 'AUTH_MAX_TOKEN_LIFETIME']) {
      if (env[name] !== undefined) conflicts.push([name, 'requires AUTH_JWT_SECRET or AUTH_JWKS_URL'])
    }
  }
  if (env.AUTH_JWKS_URL !== undefined) {
    // The provider also signs tokens for other applications.
    if (env.AUTH_ISSUER === undefined) conflicts.push(['AUTH_ISSUER', 'is required with AUTH_JWKS_URL'])
    if (env.AUTH_AUDIENCE === undefined) conflicts.push(['AUTH_AUDIENCE', 'is required with AUTH_JWKS_URL'])
  }
  if (env.GRAPHQL_ONLY_PERSISTED === 'true' && env.GRAPHQL_PERSISTED_DOCUMENTS === undefined) {
    conflicts.push(['GRAPHQL_PERSISTED_DOCUMENTS', 'is required with GRAPHQL_ONLY_PERSISTED=true'])
  }
  return conflicts
}

export function toAuthEnvironment(env: ApiVariables): AuthEnvironment {
  return {
    jwtSecret: env.AUTH_JWT_SECRET ?? null,
    jwksUrl: env.AUTH_JWKS_URL ?? null,
    issuer: env.AUTH_ISSUER ?? null,
    audience: env.AUTH_AUDIENCE ?? null,
    userClaim: env.AUTH_USER_CLAIM,
    maxTokenLifetimeSeconds: env.AUTH_MAX_TOKEN_LIFETIME ?? defaultMaxTokenLifetimeSeconds,
  }
}

export function toApiEnvironment(env: ApiVariables): ApiEnvironment {
  return {
    corsOrigins: env.CORS_ORIGINS,
    loginReturnUrls: env.LOGIN_RETURN_URLS,
    introspection: env.GRAPHQL_INTROSPECTION,
    persistedDocuments: env.GRAPHQL_PERSISTED_DOCUMENTS ?? null,
    onlyPersistedDocuments: env.GRAPHQL_ONLY_PERSISTED,
    rates: given({ perToken: env.RATE_LIMIT_PER_TOKEN, perWorkspace: env.RATE_LIMIT_PER_WORKSPACE }),
    bounds: given({
      connections: env.MAX_CONNECTIONS,
      sockets: env.MAX_SOCKETS,
      socketsPerToken: env.MAX_SOCKETS_PER_TOKEN,
      socketsPerWorkspace: env.MAX_SOCKETS_PER_WORKSPACE,
      subscriptionsPerToken: env.MAX_SUBSCRIPTIONS_PER_TOKEN,
      subscriptionsPerWorkspace: env.MAX_SUBSCRIPTIONS_PER_WORKSPACE,
    }),
    trustedProxies: env.TRUSTED_PROXIES ?? null,
  }
}

/** Omits what was not set, so that defaults remain. */
function given<Name extends string>(values: Record<Name, number | undefined>): Partial<Record<Name, number>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<
    Record<Name, number>
  >
}
