import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AuthContext, authenticate } from '../auth/authenticate.ts'
import { patiently } from '../database/database-away.ts'
import { prefersStream } from './answer-result.ts'
import { httpCredentials } from './credentials.ts'
import { EventStream } from './event-stream.ts'
import type { Guards } from './limits/guards.ts'
import { requireRate } from './limits/use-rate-limits.ts'
import type { OperationContext } from './operation-context.ts'

/**
 * Authenticates a request by its headers, takes the first point from its rate limits, and stores the session in `context`.
 * Throws if the credentials are rejected or no point is left. In the second case, the context is complete. A request for a
 * stream of events waits while PostgreSQL is unavailable.
 */
export type Admit = (
  request: IncomingMessage,
  response: ServerResponse | undefined,
  context: OperationContext,
) => Promise<void>

export function openAdmission(auth: AuthContext, { logins, rates }: Pick<Guards, 'logins' | 'rates'>): Admit {
  return async (request, response, context) => {
    const credentials = httpCredentials(request)
    const check = () => logins.count(request, () => authenticate(auth, credentials))
    // Browsers do not reconnect a stream of events whose first answer is an error.
    const isStream = response !== undefined && prefersStream(request.headers.accept ?? null)
    const session = await (isStream ? patiently(check, whenClosed(response)) : check())
    const admitted: OperationContext = {
      session,
      credentials,
      transport: 'HTTP',
      // Clients treat an interrupted response as a network error and try again.
      breakOff: () => void response?.destroy(),
      outlet: response && new EventStream(response),
    }
    Object.assign(context, admitted)
    requireRate(rates, { session })
  }
}

function whenClosed(response: ServerResponse): AbortSignal {
  const closed = new AbortController()
  response.once('close', () => closed.abort())
  return closed.signal
}
