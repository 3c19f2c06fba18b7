import { InvalidInputError } from '../user-errors.ts'
import type { ConnectionContext } from './connection-context.ts'
import { LoginExpiredError } from './errors.ts'
import { hashState, readState } from './login-state.ts'

/**
 * Throws InvalidInputError unless the operator lists the URL. Otherwise, anyone who sends an admin a link could have the code
 * of the log-in sent to their own server.
 */
export function requireReturnUrl({ returnUrls = [] }: ConnectionContext, returnUrl: string): void {
  if (returnUrls.includes(returnUrl)) return
  const allowed = returnUrls.length > 0 ? `Allowed are: ${returnUrls.join(', ')}.` : 'None are allowed.'
  throw new InvalidInputError([
    {
      path: ['returnUrl'],
      message: `This return URL is not allowed. ${allowed} The operator lists them in LOGIN_RETURN_URLS.`,
    },
  ])
}

/**
 * Returns the URL that the browser returns to after this log-in, or null if the client gave none. Throws LoginExpiredError
 * for a state that was never issued, has expired, or was already used.
 */
export async function findReturnUrl(
  { database, encryption, now }: ConnectionContext,
  state: string,
): Promise<string | null> {
  const { workspaceId, userId } = readState(encryption, state, now())
  const login = await database.prisma.oAuthState.findUnique({
    where: { stateHash: hashState(state), workspaceId, userId },
    select: { returnUrl: true },
  })
  if (login === null) throw new LoginExpiredError()
  return login.returnUrl
}
