import type { VerifyJwt } from '../auth/json-web-token.ts'
import { type ConnectionBounds, defaultConnectionBounds } from './limits/connection-bounds.ts'
import { defaultLimits, type OperationLimits } from './limits/operation-limits.ts'
import { defaultRateLimits, type RateLimits } from './limits/rate-limiter.ts'
import { noPersistedDocuments, type PersistedDocuments } from './persisted-documents.ts'

/** API options that the operator can set. */
export interface ApiOptions {
  /** Null if only API tokens are accepted. */
  readonly verifyJwt: VerifyJwt | null
  /** Origins whose pages may read responses. `*` allows every origin. */
  readonly corsOrigins: readonly string[]
  /** True if clients may query the schema. */
  readonly introspection: boolean
  readonly persistedDocuments: PersistedDocuments
  /** False sends every request through Yoga. The answers are the same, so only tests and measurements have a reason to. */
  readonly answerKnownQueries: boolean
  readonly limits: OperationLimits
  readonly rates: RateLimits
  readonly bounds: ConnectionBounds
  /** Number of proxies in front of the API that append to X-Forwarded-For. Null if it is unknown. */
  readonly trustedProxies: number | null
  /** How often the credentials behind a socket or a stream are checked again. */
  readonly recheckSessionsMs: number
}

export const defaultApiOptions: ApiOptions = {
  verifyJwt: null,
  corsOrigins: [],
  introspection: true,
  persistedDocuments: noPersistedDocuments,
  answerKnownQueries: true,
  limits: defaultLimits,
  rates: defaultRateLimits,
  bounds: defaultConnectionBounds,
  trustedProxies: null,
  recheckSessionsMs: 10_000,
}
