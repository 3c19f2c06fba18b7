import type { FastifyInstance } from 'fastify'
import { type Answer, html, redirect } from './answer.ts'
import { serveCall } from './api-gateway.ts'
import { consentPage, consentProblemPage } from './consent-page.ts'
import type { SimulatorContext } from './context.ts'

export type Form = Readonly<Record<string, string | undefined>>

const PASSED_ON = [
  'client_id',
  'redirect_uri',
  'scope',
  'optional_scope',
  'state',
  'code_challenge',
  'code_challenge_method',
]
const USER_ID = 5709857

const wordsIn = (text: string | undefined): string[] => (text ?? '').split(/[ +]/).filter((word) => word !== '')

const requestProblem = ({ clientId }: SimulatorContext, form: Form): string | undefined => {
  if (form.client_id !== clientId) return `No app has the client id ${form.client_id ?? '(none given)'}.`
  if (!URL.canParse(form.redirect_uri ?? '')) return 'The redirect_uri is missing or no absolute URL.'
  if (wordsIn(form.scope).length === 0) return 'The app asks for no scope.'
  return undefined
}

const askConsent = (context: SimulatorContext, form: Form, hubId: string | undefined): Answer => {
  const problem = requestProblem(context, form)
  if (problem) return html(consentProblemPage(problem), 400)
  const portals = context.portals().filter((portal) => hubId === undefined || portal.hubId === Number(hubId))
  const fields = Object.fromEntries(PASSED_ON.flatMap((name) => (form[name] === undefined ? [] : [[name, form[name]]])))
  return html(consentPage(portals, [...wordsIn(form.scope), ...wordsIn(form.optional_scope)], fields))
}

const decide = (context: SimulatorContext, form: Form): Answer => {
  const problem = requestProblem(context, form)
  if (problem) return html(consentProblemPage(problem), 400)
  const back = new URL(form.redirect_uri ?? '')
  if (form.state !== undefined) back.searchParams.set('state', form.state)
  const portal = context.portalOf(Number(form.hub_id))
  const required = wordsIn(form.scope)
  const refused = portal && required.find((scope) => !portal.settings.scopes.includes(scope))
  if (form.decision !== 'approve' || !portal || refused) {
    back.searchParams.set('error', 'access_denied')
    back.searchParams.set('error_description', refused ? `scope not available: ${refused}` : 'The user denied access')
    return redirect(back.href)
  }
  const optional = wordsIn(form.optional_scope).filter((scope) => portal.settings.scopes.includes(scope))
  const scopes = [...new Set([...required, ...optional])]
  const challenge = form.code_challenge && { value: form.code_challenge, method: form.code_challenge_method ?? 'plain' }
  const code = context.tokens.issueCode({
    grant: { hubId: portal.hubId, clientId: context.clientId, userId: USER_ID, scopes },
    redirectUri: form.redirect_uri ?? '',
    challenge: challenge || null,
  })
  back.searchParams.set('code', code)
  return redirect(back.href)
}

/** The customer's side of OAuth: the consent page, and the target of its form. */
export const mountConsent = (app: FastifyInstance, context: SimulatorContext): void => {
  for (const path of ['/oauth/authorize', '/oauth/:hubId/authorize']) {
    app.get(path, (request, reply) => {
      const { hubId } = request.params as { hubId?: string }
      serveCall(
        context,
        reply,
        () => askConsent(context, request.query as Form, hubId),
        () => undefined,
      )
    })
  }
  app.post('/oauth/authorize/decision', (request, reply) => {
    serveCall(
      context,
      reply,
      () => decide(context, (request.body ?? {}) as Form),
      () => undefined,
    )
  })
}
