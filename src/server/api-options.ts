import type { VerifyJwt } from '../auth/json-web-token.ts'
import { defaultLimits, type OperationLimits } from './limits/operation-limits.ts'
import { noPersistedDocuments, type PersistedDocuments } from './persisted-documents.ts'

/** What the operator may decide about the API. */
export interface ApiOptions {
  /** Null where API tokens alone are accepted. */
  readonly verifyJwt: VerifyJwt | null
  /** Origins whose pages may read answers; `*` for every one. */
  readonly corsOrigins: readonly string[]
  /** Whether clients may ask for the schema. */
  readonly introspection: boolean
  readonly persistedDocuments: PersistedDocuments
  readonly limits: OperationLimits
  /** How often the credentials behind a socket or a stream are looked at again. */
  readonly recheckSessionsMs: number
}

export const defaultApiOptions: ApiOptions = {
  verifyJwt: null,
  corsOrigins: [],
  introspection: true,
  persistedDocuments: noPersistedDocuments,
  limits: defaultLimits,
  recheckSessionsMs: 10_000,
}
