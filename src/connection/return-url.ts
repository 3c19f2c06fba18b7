import { InvalidInputError } from '../user-errors.ts'
import type { ConnectionContext } from './connection-context.ts'
import { LoginExpiredError } from './errors.ts'
import { hashState, readState } from './login-state.ts'

/**
 * Throws InvalidInputError unless the operator listed the URL. Otherwise anyone who can send an admin a link could have the
 * code of a log-in sent to a server of their own.
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
 * Where the client that began this log-in wants the browser to go; null if it named no URL. Throws LoginExpiredError for a
 * state that was never issued, has expired, or was used.
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
