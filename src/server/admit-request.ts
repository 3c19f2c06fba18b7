import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AuthContext, authenticate } from '../auth/authenticate.ts'
import { httpCredentials } from './credentials.ts'
import { EventStream } from './event-stream.ts'
import type { Guards } from './limits/guards.ts'
import { requireRate } from './limits/use-rate-limits.ts'
import type { OperationContext } from './operation-context.ts'

/**
 * Authenticates a request by its headers, takes its first point of the rate limits, and stores who sent it in `context`. Throws if
 * the credentials are refused, and if no point is left; in the latter case the context is complete.
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
      // An answer that breaks off is an error of the network to every client: it asks again.
      breakOff: () => void response?.destroy(),
      outlet: response && new EventStream(response),
    }
    Object.assign(context, admitted)
    requireRate(rates, { session })
  }
}
