import Fastify, { type FastifyInstance } from 'fastify'
import { accountRoutes } from './account-routes.ts'
import { mountApi, serveCall } from './api-gateway.ts'
import { associationRoutes } from './association-routes.ts'
import { mountConsent } from './consent-routes.ts'
import type { SimulatorContext } from './context.ts'
import { mountControl } from './control-routes.ts'
import { HubSpotProblem, invalid, problemAnswer } from './hubspot-problem.ts'
import { mountJournal } from './journal-routes.ts'
import { listRoutes } from './list-routes.ts'
import { propertyRoutes } from './property-routes.ts'
import { recordRoutes } from './record-routes.ts'
import { sendAnswer } from './send-answer.ts'
import { mountTokens } from './token-routes.ts'

const LONGEST_HEADERS = 64 * 1024
const LARGEST_BODY = 64 * 1024 * 1024
const LONGEST_PARAMETER = 1000

/** The server with all routes, not listening yet. */
export const buildServer = (
  context: SimulatorContext,
  issueAccessToken: (hubId?: number) => unknown,
): FastifyInstance => {
  const app = Fastify({
    http: { maxHeaderSize: LONGEST_HEADERS },
    bodyLimit: LARGEST_BODY,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: LONGEST_PARAMETER },
  })
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(body.toString())))
  })
  // Replaces Fastify's own parser, which refuses an empty body before the call could be counted.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(body.toString()))
    } catch (error) {
      done(Object.assign(error as Error, { statusCode: 400 }))
    }
  })
  app.setErrorHandler((error, request, reply) => {
    if (request.is404 && request.method !== 'GET') context.requests.recordNonRead(request.method, request.url)
    const status = (error as { statusCode?: number }).statusCode ?? 500
    const problem =
      status < 500
        ? invalid(`Invalid input JSON: ${(error as Error).message}`)
        : new HubSpotProblem(500, { message: `The simulator failed: ${error}`, category: 'INTERNAL_ERROR' })
    sendAnswer(reply, problemAnswer(problem, context.nextCorrelationId()))
  })
  app.setNotFoundHandler((request, reply) => {
    if (request.method !== 'GET') context.requests.recordNonRead(request.method, request.url)
    const missing = () => {
      throw new HubSpotProblem(404, {
        message: `The simulator has no ${request.method} ${request.url}: of CRM data it serves reads only`,
        category: 'OBJECT_NOT_FOUND',
      })
    }
    serveCall(context, reply, missing, () => undefined)
  })
  const routes = [...recordRoutes, ...associationRoutes, ...propertyRoutes, ...listRoutes, ...accountRoutes]
  mountApi(app, context, routes)
  mountConsent(app, context)
  mountTokens(app, context)
  mountJournal(app, context)
  mountControl(app, context, issueAccessToken)
  return app
}
