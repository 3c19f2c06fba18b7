import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { SimulatedPortal } from '../portal/portal.ts'
import { mix } from '../seed/mix.ts'
import type { Answer } from './answer.ts'
import type { ApiCall, ApiRoute } from './api-route.ts'
import type { SimulatorContext } from './context.ts'
import { faultAnswer, spoiltAnswer, uriTooLong } from './fault-answers.ts'
import type { ActiveFault } from './fault-control.ts'
import {
  expiredToken,
  HubSpotProblem,
  invalidToken,
  missingScopes,
  problemAnswer,
  rateLimited,
} from './hubspot-problem.ts'
import { requirePath, withOddCursors } from './odd-shapes.ts'
import { dropConnection, sendAnswer, sendHalf } from './send-answer.ts'
import type { AccessCheck, Grant } from './token-store.ts'

// The maximum that the edge in front of HubSpot was measured to accept.
const LONGEST_URL = 16_300
const SLOW_MS = 30_000

const bearerOf = (request: FastifyRequest): string => (request.headers.authorization ?? '').replace(/^Bearer /i, '')

const grantOf = (check: AccessCheck, now: number): Grant => {
  if (check.state === 'unknown') throw invalidToken()
  if (check.state === 'expired') throw expiredToken(check.expiresAt, now)
  return check.grant
}

const requireScope = (grant: Grant, portal: SimulatedPortal, anyOf: readonly string[]): void => {
  const granted = anyOf.some((scope) => grant.scopes.includes(scope) && portal.settings.scopes.includes(scope))
  if (!granted) throw missingScopes(anyOf)
}

const answerCall = (
  context: SimulatorContext,
  route: ApiRoute,
  request: FastifyRequest,
  check: AccessCheck,
): Answer => {
  const now = context.clock()
  const grant = grantOf(check, now)
  const portal = context.portalOf(grant.hubId)
  if (!portal) throw invalidToken()
  const params = request.params as ApiCall['params']
  requireScope(grant, portal, route.scopes(params))
  const verdict = context.limitsOf(grant).take(portal, route.budget ?? 'general', now)
  if (verdict.refusedBy) {
    const refusal = rateLimited(verdict.refusedBy, context.nextCorrelationId(), context.nextCorrelationId())
    return { ...refusal, headers: verdict.headers }
  }
  const query = request.query as ApiCall['query']
  requirePath(portal.settings, request.url)
  const call = { portal, params, query, body: request.body, now, selfUrl: context.url() + request.url }
  const answer = withOddCursors(portal.settings, route.handle(call))
  answer.headers = verdict.headers
  return answer
}

const answerOrProblem = (context: SimulatorContext, answer: () => Answer): Answer => {
  try {
    return answer()
  } catch (error) {
    if (error instanceof HubSpotProblem) return problemAnswer(error, context.nextCorrelationId())
    throw error
  }
}

/** Sends the result of `answer`, unless an active fault gets in the way. Counts the call either way. */
export const serveCall = (
  context: SimulatorContext,
  reply: FastifyReply,
  answer: () => Answer,
  hubId: () => number | undefined,
): void => {
  const { request } = reply
  context.requests.record(`${request.method} ${request.routeOptions.url ?? 'unknown'}`)
  const fault = context.faults.match(request.method, request.url, hubId)
  const send = () => {
    const given =
      request.url.length > LONGEST_URL
        ? uriTooLong()
        : ((fault && faultAnswer(fault, context.clock(), context.nextCorrelationId())) ??
          answerOrProblem(context, answer))
    sendWithFault(context, reply, given, fault, hubId())
  }
  const latency = context.portalOf(hubId())?.settings.latencyMs
  const waitMs =
    (fault?.kind === 'slow' ? (fault.delayMs ?? SLOW_MS) : 0) + (latency ? context.drawLatency(latency) : 0)
  if (waitMs > 0) setTimeout(send, waitMs).unref()
  else send()
}

const sendWithFault = (
  context: SimulatorContext,
  reply: FastifyReply,
  answer: Answer,
  fault?: ActiveFault,
  hubId?: number,
): void => {
  if (fault?.kind === 'reset' || fault?.kind === 'down') dropConnection(reply)
  else if (fault?.kind === 'reset-mid-body') sendHalf(reply, answer)
  else {
    const sent = fault ? spoiltAnswer(fault, answer) : answer
    context.requests.recordStatus(sent.status, hubId)
    sendAnswer(reply, sent)
  }
}

/** Draws numbers between the two bounds, in the same sequence every time. */
export const latencyDraws = (): ((range: readonly [number, number]) => number) => {
  let draws = 0
  return ([min, max]) => min + (mix(31, draws++, 0) / 2 ** 32) * (max - min)
}

export const mountApi = (app: FastifyInstance, context: SimulatorContext, routes: readonly ApiRoute[]): void => {
  for (const route of routes) {
    for (const url of route.paths) {
      app.route({
        method: route.method,
        url,
        handler: (request, reply) => {
          const check = context.tokens.check(bearerOf(request))
          const hubId = () => (check.state === 'unknown' ? undefined : check.grant.hubId)
          serveCall(context, reply, () => answerCall(context, route, request, check), hubId)
        },
      })
    }
  }
}
