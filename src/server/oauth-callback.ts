import { randomUUID } from 'node:crypto'
import { finishLogin } from '../connection/finish-login.ts'
import { HubSpotError } from '../hubspot/errors.ts'
import { UserError } from '../user-errors.ts'
import type { Answer } from './answer.ts'
import type { ServerContext } from './server-context.ts'

/**
 * The address to which HubSpot redirects the admin's browser after a log-in. Responds with a page, since a person reads it.
 */
export async function answerOAuthCallback(context: ServerContext, query: URLSearchParams): Promise<Answer> {
  const state = query.get('state')
  const code = query.get('code')
  if (query.has('error')) {
    const reason = query.get('error_description') ?? query.get('error')
    return page(400, 'HubSpot is not connected', `HubSpot says: ${reason}. Connect HubSpot again to retry.`)
  }
  if (state === null || code === null) {
    return page(400, 'HubSpot is not connected', 'HubSpot opens this page after a log-in. Connect HubSpot again.')
  }
  try {
    const { portalId } = await finishLogin(context.connection, { state, code })
    return page(
      200,
      'HubSpot is connected',
      `The workspace is connected to portal ${portalId}. You can close this page.`,
    )
  } catch (error) {
    if (error instanceof UserError) return page(400, 'HubSpot is not connected', error.message)
    const correlationId = randomUUID()
    context.log.error({ err: error, correlationId }, 'a log-in to HubSpot could not be finished')
    return error instanceof HubSpotError
      ? page(502, 'HubSpot is not connected', 'HubSpot does not answer as expected. Connect HubSpot again later.')
      : page(
          500,
          'HubSpot is not connected',
          `Something went wrong on our side. Give your operator this id: ${correlationId}.`,
        )
  }
}

function page(status: number, title: string, text: string): Answer {
  const body = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<h1>${escaped(title)}</h1><p>${escaped(text)}</p></html>
`
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
    // The URL contains a code and a state.
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  }
  return { status, headers, body }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
