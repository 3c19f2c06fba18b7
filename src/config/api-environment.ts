import { z } from 'zod'
import { httpUrl } from './url-shapes.ts'

/** Which tokens are accepted in addition to the API's own. At most one of `jwtSecret` and `jwksUrl` is set. */
export interface AuthEnvironment {
  readonly jwtSecret: string | null
  readonly jwksUrl: string | null
  readonly issuer: string | null
  readonly audience: string | null
}

/** Settings of the GraphQL API. */
export interface ApiEnvironment {
  /** Origins whose pages may read answers; `*` for every origin. */
  readonly corsOrigins: readonly string[]
  /** True if clients may query the schema. Otherwise there is no GraphiQL either. */
  readonly introspection: boolean
  /** Path of a JSON file of documents by id, as client builds write it. */
  readonly persistedDocuments: string | null
  /** True if documents outside that file are rejected. */
  readonly onlyPersistedDocuments: boolean
}

const flag = z.enum(['true', 'false']).transform((text) => text === 'true')
const origin = z
  .string()
  .refine(
    (text) => text === '*' || (URL.canParse(text) && new URL(text).origin === text),
    'must be origins such as https://app.example.com, comma-separated, or *',
  )

export const apiShape = {
  AUTH_JWT_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  AUTH_JWKS_URL: httpUrl.optional(),
  AUTH_ISSUER: z.string().optional(),
  AUTH_AUDIENCE: z.string().optional(),
  CORS_ORIGINS: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(origin))
    .default([]),
  GRAPHQL_INTROSPECTION: flag.default(true),
  GRAPHQL_PERSISTED_DOCUMENTS: z.string().optional(),
  GRAPHQL_ONLY_PERSISTED: flag.default(false),
}

type ApiVariables = z.infer<z.ZodObject<typeof apiShape>>

/** Conflicts between variables: the name at fault and the reason. */
export function apiConflicts(env: Readonly<Record<string, unknown>>): [name: string, message: string][] {
  const conflicts: [string, string][] = []
  if (env.AUTH_JWT_SECRET !== undefined && env.AUTH_JWKS_URL !== undefined) {
    conflicts.push(['AUTH_JWKS_URL', 'and AUTH_JWT_SECRET cannot be used together'])
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
  }
}

export function toApiEnvironment(env: ApiVariables): ApiEnvironment {
  return {
    corsOrigins: env.CORS_ORIGINS,
    introspection: env.GRAPHQL_INTROSPECTION,
    persistedDocuments: env.GRAPHQL_PERSISTED_DOCUMENTS ?? null,
    onlyPersistedDocuments: env.GRAPHQL_ONLY_PERSISTED,
  }
}
