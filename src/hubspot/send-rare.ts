import type { Client } from '@hubspot/api-client'
import type { Send } from './http.ts'
import { withinDeadline } from './within-deadline.ts'

/**
 * Sends the rare calls (lists, properties, owners, account, log-in) through HubSpot's official client. Only its plain
 * `apiRequest` is useful here: the typed methods support neither the dated paths nor a timeout, and their retries and
 * limits are per process instead of per portal. `apiRequest` returns every status and never throws for one, so the
 * retry decisions stay in one place. It does not support a signal, and waits forever for the rest of an answer that
 * breaks off; the deadline ends such a call.
 */
export function openRareSender(apiUrl: string, deadlineMs: number): Send {
  let client: Promise<Client> | undefined
  return ({ method, path, body }, headers, signal) =>
    withinDeadline(deadlineMs, signal, async () => {
      client ??= loadClient(apiUrl)
      const answer = await (await client).apiRequest({
        method,
        path,
        headers: body ? { ...headers, 'Content-Type': body.type } : { ...headers },
        body: body?.text,
        defaultJson: false,
        authType: 'none',
      })
      const bytes = await answer.arrayBuffer()
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: Buffer.from(bytes) }
    })
}

// Loading the client takes a tenth of a second and 13 MB, so processes that never call HubSpot do not load it.
async function loadClient(apiUrl: string): Promise<Client> {
  // A CommonJS module: Node and the compiled code have its exports as the default export, tsx has only named ones.
  const loaded: { default?: typeof import('@hubspot/api-client') } = await import('@hubspot/api-client')
  const { Client } = loaded.default ?? (loaded as typeof import('@hubspot/api-client'))
  return new Client({ basePath: apiUrl })
}
