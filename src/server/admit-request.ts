import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AuthContext, authenticate } from '../auth/authenticate.ts'
import { httpCredentials } from './credentials.ts'
import { EventStream } from './event-stream.ts'
import type { Guards } from './limits/guards.ts'
import { requireRate } from './limits/use-rate-limits.ts'
import type { OperationContext } from './operation-context.ts'

/**
 * Authenticates a request by its headers, takes the first point from its rate limits, and stores the session in `context`.
 * Throws if the credentials are rejected or no point is left. In the second case, the context is complete.
 */
export type Admit = (
  request: IncomingMessage,
  response: ServerResponse | undefined,
  context: OperationContext,
) => Promise<void>

export function openAdmission(auth: AuthContext, { logins, rates }: Pick<Guards, 'logins' | 'rates'>): Admit {
  return async (request, response, context) => {
    const credentials = httpCredentials(request)
    const session = await logins.count(request, () => authenticate(auth, credentials))
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
