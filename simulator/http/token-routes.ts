import type { FastifyInstance } from 'fastify'
import { type Answer, json } from './answer.ts'
import { serveCall } from './api-gateway.ts'
import type { Form } from './consent-routes.ts'
import type { SimulatorContext } from './context.ts'
import { invalid, notFound } from './hubspot-problem.ts'
import { accessTokenJson, refreshTokenJson, tokenAnswer } from './token-answers.ts'

// The published specification and the guide name the parameter differently; both names work.
const tokenIn = (form: Form): string => form.token ?? form.access_token ?? form.refresh_token ?? ''

const introspect = (context: SimulatorContext, form: Form): Answer => {
  const token = tokenIn(form)
  if (token === '') throw invalid('token must be given')
  return json(accessTokenJson(context, token) ?? refreshTokenJson(context, token) ?? { active: false, token })
}

const revoke = (context: SimulatorContext, form: Form): Answer => {
  context.tokens.revokeRefresh(tokenIn(form))
  return { status: 204, body: '', contentType: null }
}

/** The app's side of OAuth, in the dated versions, in v3, and in the older v1. */
export const mountTokens = (app: FastifyInstance, context: SimulatorContext): void => {
  const post = (path: string, answer: (context: SimulatorContext, form: Form) => Answer) =>
    app.post(path, (request, reply) => {
      // v1 also accepted secrets in the query string. Later versions do not.
      const query = path.startsWith('/oauth/v1') ? (request.query as Form) : {}
      const form = { ...query, ...((request.body ?? {}) as Form) }
      serveCall(
        context,
        reply,
        () => answer(context, form),
        () => undefined,
      )
    })
  for (const version of ['2026-09', '2026-03', 'v3', 'v1']) post(`/oauth/${version}/token`, tokenAnswer)
  for (const version of ['2026-09', '2026-03', 'v3']) {
    post(`/oauth/${version}/token/introspect`, introspect)
    post(`/oauth/${version}/token/revoke`, revoke)
  }

  const found = (value: object | undefined): Answer => {
    if (!value) throw notFound('token not found')
    return json(value)
  }
  app.get('/oauth/v1/access-tokens/:token', (request, reply) => {
    const { token } = request.params as { token: string }
    serveCall(
      context,
      reply,
      () => found(accessTokenJson(context, token)),
      () => undefined,
    )
  })
  app.get('/oauth/v1/refresh-tokens/:token', (request, reply) => {
    const { token } = request.params as { token: string }
    serveCall(
      context,
      reply,
      () => found(refreshTokenJson(context, token)),
      () => undefined,
    )
  })
  app.delete('/oauth/v1/refresh-tokens/:token', (request, reply) => {
    const { token } = request.params as { token: string }
    serveCall(
      context,
      reply,
      () => revoke(context, { token }),
      () => undefined,
    )
  })
}
