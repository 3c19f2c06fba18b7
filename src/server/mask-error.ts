import { randomUUID } from 'node:crypto'
import { PothosValidationError } from '@pothos/core'
import { GraphQLError } from 'graphql'
import type { Logger } from 'pino'
import { AuthenticationError, type AuthenticationFailure } from '../auth/authentication-error.ts'
import { isDatabaseAway } from '../database/database-away.ts'
import { orBusy } from '../database/or-busy.ts'
import { encodeGlobalId } from '../schema/support/global-ids.ts'
import {
  BusyError,
  ForbiddenError,
  HubSpotUnavailableError,
  InvalidInputError,
  PlanRequiredError,
  UserError,
} from '../user-errors.ts'

const httpStatus: Readonly<Record<AuthenticationFailure, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  WORKSPACE_REQUIRED: 400,
}

/**
 * Turns any error into one that a client may see. Errors that a client can act on keep their `code`. Any other error becomes
 * a correlation id, under which the log has the details.
 */
export function maskError(log: Logger, { introspection = true } = {}): (error: unknown) => GraphQLError {
  return (error) => {
    const cause = orBusy(originOf(error))
    if (cause instanceof AuthenticationError) {
      const headers = cause.code === 'UNAUTHENTICATED' ? { 'WWW-Authenticate': 'Bearer' } : {}
      return show(error, cause.message, {
        code: cause.code,
        ...choicesOf(cause),
        http: { status: httpStatus[cause.code], headers },
      })
    }
    if (cause instanceof UserError) return show(error, cause.message, { code: cause.code, ...detailsOf(cause) })
    if (cause instanceof PothosValidationError) return show(error, cause.message, { code: 'INVALID_INPUT' })
    if (cause instanceof GraphQLError) return withCode(introspection ? cause : withoutSuggestions(cause))
    const correlationId = randomUUID()
    const logged = { err: cause, correlationId, path: pathOf(error)?.join('.') }
    if (isDatabaseAway(cause)) {
      log.error(logged, 'an operation failed since the database is unavailable')
      const http = statusUnlessField(error, { status: 503, headers: { 'Retry-After': String(databaseRetrySeconds) } })
      return show(error, databaseAway, {
        code: 'UNAVAILABLE',
        retryAfterSeconds: databaseRetrySeconds,
        correlationId,
        ...http,
      })
    }
    log.error(logged, 'an operation failed unexpectedly')
    const message = `Something went wrong on our side. Give your operator this id: ${correlationId}.`
    return show(error, message, { code: 'INTERNAL', correlationId, ...statusUnlessField(error, { status: 500 }) })
  }
}

const databaseRetrySeconds = 5
// If a connection breaks during a commit, nobody knows whether the change was saved.
const databaseAway =
  'The database is unavailable at the moment. Try again in a few seconds. If this was a change, it may have been saved: check first.'

/** The status of the response, if the whole operation failed and not just one of its fields. */
function statusUnlessField(error: unknown, http: Record<string, unknown>): Record<string, unknown> {
  return pathOf(error) === undefined ? { http } : {}
}

/** GraphQL wraps the errors of resolvers to add their location. */
function originOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError != null ? originOf(error.originalError) : error
}

function pathOf(error: unknown): readonly (string | number)[] | undefined {
  return error instanceof GraphQLError ? error.path : undefined
}

function show(error: unknown, message: string, extensions: Record<string, unknown>): GraphQLError {
  if (!(error instanceof GraphQLError)) return new GraphQLError(message, { extensions })
  const { nodes, source, positions, path } = error
  return new GraphQLError(message, { nodes, source, positions, path, extensions })
}

/** The workspaces that the client can choose from, as global ids. */
function choicesOf({ workspaces }: AuthenticationError): Record<string, unknown> {
  if (workspaces.length === 0) return {}
  return {
    workspaces: workspaces.map(({ id, name }) => ({ workspaceId: encodeGlobalId('Workspace', id), name })),
  }
}

function detailsOf(error: UserError): Record<string, unknown> {
  if (error instanceof InvalidInputError) return { problems: error.problems }
  if (error instanceof ForbiddenError) return error.missingScope === null ? {} : { missingScope: error.missingScope }
  if (error instanceof PlanRequiredError) return { requiredPlan: error.requiredPlan }
  if (error instanceof BusyError || error instanceof HubSpotUnavailableError) {
    return error.retryAfterSeconds === null ? {} : { retryAfterSeconds: error.retryAfterSeconds }
  }
  return {}
}

/** GraphQL's own errors are about the request. Of these, only errors about variables have no code yet. */
function withCode(error: GraphQLError): GraphQLError {
  if (error.path !== undefined || error.extensions.code !== undefined) return error
  const extensions = { code: 'BAD_USER_INPUT', http: { status: 400 }, ...error.extensions }
  return show(error, error.message, extensions)
}

/** Suggestions would reveal the schema name by name. */
function withoutSuggestions(error: GraphQLError): GraphQLError {
  return show(error, error.message.replace(/ Did you mean .*$/s, ''), error.extensions)
}
