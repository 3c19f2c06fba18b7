import { Pool } from 'undici'
import type { Send } from './http.ts'
import { withinDeadline } from './within-deadline.ts'

const connections = 64

/**
 * Sends the calls that a run makes by the thousand. They do not use HubSpot's official client, which needs about six
 * times the time and five times the CPU of undici per contact; the rare calls do, see `send-rare.ts`.
 */
export function openBulkSender(apiUrl: string, deadlineMs: number): { send: Send; close(): Promise<void> } {
  const { origin, pathname } = new URL(apiUrl)
  const prefix = pathname.replace(/\/$/, '')
  const pool = new Pool(origin, { connections, keepAliveTimeout: 30_000, connect: { timeout: 10_000 } })
  return {
    send: ({ method, path, body }, headers, signal) =>
      withinDeadline(deadlineMs, signal, async (stop) => {
        const answer = await pool.request({
          method,
          path: prefix + path,
          headers: body ? { ...headers, 'content-type': body.type } : headers,
          body: body?.text,
          signal: stop,
        })
        return {
          status: answer.statusCode,
          headers: answer.headers,
          body: Buffer.from(await answer.body.arrayBuffer()),
        }
      }),
    // Not close(), which would wait for calls that are no longer needed.
    close: () => pool.destroy(),
  }
}
