import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AuthContext, authenticate } from '../auth/authenticate.ts'
import { patiently } from '../database/database-away.ts'
import { linkedAbort } from '../followers/linked-abort.ts'
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

export function openAdmission(
  auth: AuthContext,
  { logins, rates }: Pick<Guards, 'logins' | 'rates'>,
  closing: AbortSignal,
): Admit {
  return async (request, response, context) => {
    const credentials = httpCredentials(request)
    const check = () => logins.count(request, () => authenticate(auth, credentials))
    // Browsers do not reconnect a stream of events whose first answer is an error.
    const isStream = response !== undefined && prefersStream(request.headers.accept ?? null)
    const session = await (isStream ? whileConnected(response, closing, check) : check())
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

/** Checks again and again while PostgreSQL is unavailable. If the server stops in the meantime, interrupts the response. */
async function whileConnected<T>(response: ServerResponse, closing: AbortSignal, check: () => Promise<T>): Promise<T> {
  const leaving = linkedAbort(closing)
  response.once('close', leaving.abort)
  try {
    return await patiently(check, leaving.signal)
  } catch (error) {
    if (closing.aborted) response.destroy()
    throw error
  } finally {
    response.off('close', leaving.abort)
    leaving.abort()
  }
}
