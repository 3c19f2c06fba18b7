import { LoginExpiredError } from '../connection/errors.ts'
import { findReturnUrl } from '../connection/return-url.ts'
import type { Answer } from './answer.ts'
import type { ServerContext } from './server-context.ts'

/** The errors that are passed on. Any other text in the URL could come from anyone, so it is not shown. */
const knownErrors: ReadonlyMap<string | null, string> = new Map([
  ['access_denied', 'The log-in was cancelled in HubSpot.'],
])
const unknownError = 'login_failed'

/**
 * The URL to which HubSpot redirects the admin's browser. It connects nothing, because it cannot tell whose browser it is. It
 * passes `state` and `code` to the client that started the log-in, which calls `finishHubSpotLogin`. Otherwise, an admin who
 * approves an attacker's link would connect their own portal to the attacker's workspace.
 */
export async function answerOAuthCallback(context: ServerContext, query: URLSearchParams): Promise<Answer> {
  const state = query.get('state')
  const code = query.get('code')
  const error = query.get('error')
  if (state === null || (code === null && error === null)) {
    return refusal('HubSpot opens this page after a log-in. Connect HubSpot again.')
  }
  const returnUrl = await findReturnUrl(context.connection, state).catch((failure: unknown) => {
    if (failure instanceof LoginExpiredError) return failure
    throw failure
  })
  if (returnUrl instanceof LoginExpiredError) return refusal(returnUrl.message)
  if (returnUrl !== null) {
    if (code !== null) return redirect(returnUrl, { state, code })
    return redirect(returnUrl, { state, error: error !== null && knownErrors.has(error) ? error : unknownError })
  }
  if (code === null) {
    const reason = knownErrors.get(error) ?? 'HubSpot reported an error.'
    return refusal(`${reason} Connect HubSpot again to retry.`)
  }
  return page(200, 'One more step', {
    text: 'To connect HubSpot, copy this code to the place where you started the log-in. Give it to nobody else. If you did not start a log-in, close this page: nothing was connected.',
    code,
  })
}

function redirect(to: string, parameters: Readonly<Record<string, string>>): Answer {
  const url = new URL(to)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return { status: 303, headers: { ...privately, location: url.href }, body: '' }
}

function refusal(text: string): Answer {
  return page(400, 'HubSpot is not connected', { text })
}

/** The URL contains a code and a state. */
const privately = { 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' }

function page(
  status: number,
  title: string,
  { text, code }: { readonly text: string; readonly code?: string },
): Answer {
  const shownCode = code === undefined ? '' : `<p><code>${escaped(code)}</code></p>`
  const body = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<h1>${escaped(title)}</h1><p>${escaped(text)}</p>${shownCode}</html>
`
  const headers = {
    ...privately,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  }
  return { status, headers, body }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
