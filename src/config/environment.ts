import { readFileSync } from 'node:fs'
import { z } from 'zod'
import {
  type ApiEnvironment,
  type AuthEnvironment,
  apiConflicts,
  apiShape,
  toApiEnvironment,
  toAuthEnvironment,
  type UserClaim,
} from './api-environment.ts'
import { databaseUrl } from './database-url.ts'
import { parseRedisUrl, RedisUrlError } from './redis-url.ts'
import { httpUrl, url } from './url-shapes.ts'
import { readVariables } from './variable-files.ts'

export type { ApiEnvironment, AuthEnvironment, UserClaim }

/** The environment of a process is unusable. `message` names every mistake. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError'
  readonly mistakes: readonly string[]

  constructor(mistakes: readonly string[]) {
    super(`The environment has mistakes:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}\nSee .env.example.`)
    this.mistakes = mistakes
  }
}

/** How to reach PostgreSQL. */
export interface DatabaseUrls {
  readonly databaseUrl: string
  /**
   * The same database without a pooler, for what needs a session of its own. Null if `databaseUrl` provides that. Otherwise,
   * `databaseUrl` may lead to a pooler that lends a session for one transaction only.
   */
  readonly directUrl: string | null
}

/** Settings of the API and worker processes, checked once. */
export interface Environment extends DatabaseUrls {
  /** Null if PostgreSQL carries the queue, announcements, and rate limits too. */
  readonly redisUrl: string | null
  /** Certificate authority of Redis, in PEM. Null for those that Node trusts. */
  readonly redisCa: string | null
  readonly port: number
  /** The URL at which browsers and HubSpot reach the API, without a trailing slash. */
  readonly publicUrl: string
  readonly hubspot: HubSpotEnvironment
  /** Seconds within which a change is visible in a workspace that pulls its changes from the webhooks journal. */
  readonly journalPollSeconds: number
  readonly encryptionKeys: string
  /** Null if no emails are sent. */
  readonly mail: MailEnvironment | null
  readonly logLevel: string
  /** How long the API goes on serving after a SIGTERM, so that proxies notice that it is about to stop. */
  readonly shutdownDelayMs: number
  /** Number of runs that one worker process works on at the same time. */
  readonly workerConcurrency: number
  /** Port on which the API serves its metrics, separate from the public port; null to serve none. */
  readonly metricsPort: number | null
  /** Port on which a worker serves its metrics. It differs from the API's if both share a host. */
  readonly workerMetricsPort: number | null
  readonly auth: AuthEnvironment
  readonly api: ApiEnvironment
}

export interface MailEnvironment {
  readonly smtpUrl: string
  /** As in an email's From: an address, with or without a name. */
  readonly from: string
}

export interface HubSpotEnvironment {
  readonly clientId: string
  readonly clientSecret: string
  readonly apiUrl: string
  readonly appUrl: string
  readonly apiVersion: ApiVersion
  /** Percentage of each portal's call limits to use. Default 100. */
  readonly callSharePercent?: number
}

/** `v3` means the /crm/v3 and /crm/v4 paths; the others are HubSpot's dated versions. */
export const apiVersions = ['v3', '2026-03', '2026-09'] as const
export type ApiVersion = (typeof apiVersions)[number]

/**
 * Longer than nginx avoids a server that has refused a connection (10 s). In a rolling restart, it has thus returned to the
 * previous server before this one refuses connections.
 */
const defaultShutdownDelaySeconds = 12

const port = z.coerce.number().int().min(0).max(65_535)
const encryptionKeys = z
  .string()
  .refine(
    (text) => text.split(',').every((key) => /^[\w-]+:[A-Za-z0-9+/]{43}=$/.test(key.trim())),
    'must be id:base64 of 32 bytes, newest first, comma-separated (openssl rand -base64 32)',
  )
  .refine((text) => {
    const ids = text.split(',').map((key) => key.trim().split(':')[0])
    return new Set(ids).size === ids.length
  }, 'must give each key a different id')

const redisUrl = z.string().superRefine((text, context) => {
  try {
    parseRedisUrl(text)
  } catch (error) {
    if (!(error instanceof RedisUrlError)) throw error
    context.addIssue({ code: 'custom', message: error.message })
  }
})
const pemFile = z.string().transform((path, context) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    context.addIssue({ code: 'custom', message: 'must be the path of a file that can be read' })
    return z.NEVER
  }
})

const databaseVariables = { DATABASE_URL: databaseUrl, DATABASE_DIRECT_URL: databaseUrl.optional() }

const variables = z.object({
  ...databaseVariables,
  REDIS_URL: redisUrl.optional(),
  REDIS_CA_FILE: pemFile.optional(),
  PORT: port.default(4000),
  PUBLIC_URL: httpUrl.optional(),
  HUBSPOT_CLIENT_ID: z.string().min(1),
  HUBSPOT_CLIENT_SECRET: z.string().min(1),
  HUBSPOT_API_URL: httpUrl.default('https://api.hubapi.com'),
  HUBSPOT_APP_URL: httpUrl.default('https://app.hubspot.com'),
  HUBSPOT_API_VERSION: z.enum(apiVersions).default('2026-03'),
  HUBSPOT_CALL_SHARE_PERCENT: z.coerce.number().int().min(1).max(100).default(100),
  HUBSPOT_JOURNAL_POLL_SECONDS: z.coerce.number().int().min(2).max(3_600).default(10),
  ENCRYPTION_KEYS: encryptionKeys,
  SMTP_URL: url('smtp:', 'smtps:').optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/, 'must be an address, or a name and an <address>')
    .optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  SHUTDOWN_DELAY: z.coerce.number().min(0).max(300).default(defaultShutdownDelaySeconds),
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(4),
  METRICS_PORT: port.optional(),
  WORKER_METRICS_PORT: port.optional(),
  ...apiShape,
})

/** The variables that a process reads. */
export const variableNames: readonly string[] = Object.keys(variables.shape)

const schema = variables.refine(({ SMTP_URL, MAIL_FROM }) => SMTP_URL === undefined || MAIL_FROM !== undefined, {
  path: ['MAIL_FROM'],
  // Otherwise it would be reported only after all other mistakes are fixed.
  when: () => true,
})

type Source = Record<string, string | undefined>

/** Reads the settings of the API and the worker. Throws {@link ConfigurationError} with every mistake. */
export function loadEnvironment(source: Source = process.env): Environment {
  const env = parse(schema, source, apiConflicts)
  return {
    ...databaseUrlsOf(env),
    redisUrl: env.REDIS_URL ?? null,
    redisCa: env.REDIS_CA_FILE ?? null,
    port: env.PORT,
    publicUrl: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    hubspot: {
      clientId: env.HUBSPOT_CLIENT_ID,
      clientSecret: env.HUBSPOT_CLIENT_SECRET,
      apiUrl: env.HUBSPOT_API_URL,
      appUrl: env.HUBSPOT_APP_URL,
      apiVersion: env.HUBSPOT_API_VERSION,
      callSharePercent: env.HUBSPOT_CALL_SHARE_PERCENT,
    },
    journalPollSeconds: env.HUBSPOT_JOURNAL_POLL_SECONDS,
    encryptionKeys: env.ENCRYPTION_KEYS,
    mail:
      env.SMTP_URL === undefined || env.MAIL_FROM === undefined ? null : { smtpUrl: env.SMTP_URL, from: env.MAIL_FROM },
    logLevel: env.LOG_LEVEL,
    shutdownDelayMs: env.SHUTDOWN_DELAY * 1_000,
    workerConcurrency: env.WORKER_CONCURRENCY,
    metricsPort: env.METRICS_PORT ?? null,
    workerMetricsPort: env.WORKER_METRICS_PORT ?? env.METRICS_PORT ?? null,
    auth: toAuthEnvironment(env),
    api: toApiEnvironment(env),
  }
}

/** Reads the settings that the operator's commands need. Throws {@link ConfigurationError}. */
export function loadDatabaseUrls(source: Source = process.env): DatabaseUrls {
  return databaseUrlsOf(parse(z.object(databaseVariables), source))
}

/** Reads the settings that `rotate-keys` needs. Throws {@link ConfigurationError}. */
export function loadStoredSecretsAccess(source: Source = process.env): DatabaseUrls & { encryptionKeys: string } {
  const env = parse(z.object({ ...databaseVariables, ENCRYPTION_KEYS: encryptionKeys }), source)
  return { ...databaseUrlsOf(env), encryptionKeys: env.ENCRYPTION_KEYS }
}

function databaseUrlsOf(env: { DATABASE_URL: string; DATABASE_DIRECT_URL?: string | undefined }): DatabaseUrls {
  return { databaseUrl: env.DATABASE_URL, directUrl: env.DATABASE_DIRECT_URL ?? null }
}

/**
 * Reads the settings with which an operator's command revokes log-ins to HubSpot. Null if the app's credentials or the
 * encryption keys are not set. Throws {@link ConfigurationError} if they are set and unusable.
 */
export function loadHubSpotApp(
  source: Source = process.env,
): { hubspot: HubSpotEnvironment; publicUrl: string; encryptionKeys: string } | null {
  const required = ['HUBSPOT_CLIENT_ID', 'HUBSPOT_CLIENT_SECRET', 'ENCRYPTION_KEYS']
  if (required.some((name) => (source[name] ?? '') === '')) return null
  const { hubspot, publicUrl, encryptionKeys } = loadEnvironment(source)
  return { hubspot, publicUrl, encryptionKeys }
}

function parse<T>(
  shape: z.ZodType<T>,
  source: Source,
  conflictsIn: (given: Source) => [name: string, message: string][] = () => [],
): T {
  const { values: given, mistakes: fileMistakes } = readVariables(source, variableNames)
  const result = shape.safeParse(given)
  const mistakes = fileMistakes.map((mistake) => mistake.join(' '))
  for (const { path, message } of result.error?.issues ?? []) {
    const name = String(path[0])
    if (given[name] !== undefined) mistakes.push(`${name} ${message}`)
    // What is wrong with its file is said above.
    else if (!fileMistakes.some(([fileName]) => fileName === `${name}_FILE`)) mistakes.push(`${name} is not set`)
  }
  mistakes.push(...conflictsIn(given).map((conflict) => conflict.join(' ')))
  if (result.success && mistakes.length === 0) return result.data
  throw new ConfigurationError([...new Set(mistakes)])
}
