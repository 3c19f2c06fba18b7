import { type Answer, html } from './answer.ts'
import type { ActiveFault } from './fault-control.ts'
import {
  expiredToken,
  HubSpotProblem,
  invalidToken,
  missingScopes,
  problemAnswer,
  rateLimited,
} from './hubspot-problem.ts'

const gatewayPage = (title: string) =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n`

const problem = (status: number, message: string, category: string, correlationId: string) =>
  problemAnswer(new HubSpotProblem(status, { message, category }), correlationId)

/** The answer that a fault sends instead of the real one; undefined for faults that corrupt the real one. */
export const faultAnswer = (fault: ActiveFault, now: number, correlationId: string): Answer | undefined => {
  switch (fault.kind) {
    case 'expired-token':
      return problemAnswer(expiredToken(now - 5000, now), correlationId)
    case 'revoked-token':
      return problemAnswer(invalidToken(), correlationId)
    case 'missing-scopes':
      return problemAnswer(missingScopes(['crm.objects.contacts.read']), correlationId)
    case 'locked':
      return problem(423, 'This resource is locked. Please try again in a few seconds.', 'LOCKED', correlationId)
    case 'rate-limit': {
      const answer = rateLimited('TEN_SECONDLY_ROLLING', correlationId, correlationId)
      const seconds = fault.retryAfterSeconds
      return seconds === undefined ? answer : { ...answer, headers: { 'retry-after': String(seconds) } }
    }
    case 'daily-limit':
      return rateLimited('DAILY', correlationId, correlationId)
    case 'migration': {
      const message = 'This account is being moved between data centres. Please retry later.'
      const headers = { 'retry-after': String(fault.retryAfterSeconds ?? 2) }
      return { ...problem(477, message, 'MIGRATION_IN_PROGRESS', correlationId), headers }
    }
    case 'server-error':
      return problem(500, 'internal error', 'INTERNAL_ERROR', correlationId)
    case 'bad-gateway-html':
      return html(gatewayPage('502 Bad Gateway'), 502)
    case 'bad-gateway-bare':
      return { status: 502, body: gatewayPage('502 Bad Gateway'), contentType: null }
    case 'uri-too-long-bare':
      return { status: 414, body: gatewayPage('414 Request-URI Too Large'), contentType: null }
    case 'gateway-timeout':
      return problem(504, 'The request timed out.', 'GATEWAY_TIMEOUT', correlationId)
    default:
      return undefined
  }
}

/** Something in front of HubSpot rejects everybody. */
export const forbiddenPage = (): Answer => html(gatewayPage('403 Forbidden'), 403)

export const uriTooLong = (): Answer => html(gatewayPage('414 Request-URI Too Large'), 414)

type Loose = Record<string, unknown>

const withWrongShape = (body: string): string => {
  const parsed = JSON.parse(body) as Loose
  const records = Array.isArray(parsed.results) ? (parsed.results as Loose[]) : [parsed]
  for (const [index, record] of records.slice(0, 2).entries()) {
    if (!('properties' in record)) for (const name of Object.keys(record)) record[name] = null
    else if (index === 0) delete record.properties
    else record.properties = { ...(record.properties as Loose), firstname: 17, email: { value: 'x' } }
  }
  return JSON.stringify(parsed)
}

/** The real answer, with its body corrupted by the fault. */
export const spoiltAnswer = (fault: ActiveFault, answer: Answer): Answer => {
  const text = answer.body.toString()
  if (fault.kind === 'malformed-body') return { ...answer, body: text.slice(0, Math.ceil(text.length / 2)) }
  if (fault.kind === 'wrong-shape') return { ...answer, body: withWrongShape(text) }
  return answer
}
