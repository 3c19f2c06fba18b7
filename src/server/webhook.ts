import type { IncomingMessage } from 'node:http'
import { receiveWebhook } from '../webhooks/receive-webhook.ts'
import { type Answer, jsonAnswer } from './answer.ts'
import type { ServerContext } from './server-context.ts'

export const webhookPath = '/webhooks/hubspot'

/** Enough for a hundred events with the longest values of HubSpot's properties. */
const largestBody = 8 * 1024 * 1024

const statuses = { taken: 200, unsigned: 401, unreadable: 400 } as const

/** The endpoint to which HubSpot reports changes. A request without HubSpot's signature gets 401 and is not processed. */
export async function answerWebhook({ webhooks }: ServerContext, request: IncomingMessage): Promise<Answer> {
  const body = await readBody(request)
  if (body === null) {
    const answer = jsonAnswer(413, { error: `The body is larger than ${largestBody} bytes.` })
    return { ...answer, headers: { ...answer.headers, connection: 'close' } }
  }
  const outcome = await receiveWebhook(webhooks, {
    method: 'POST',
    path: request.url ?? '/',
    body,
    signature: headerOf(request, 'x-hubspot-signature-v3'),
    timestamp: headerOf(request, 'x-hubspot-request-timestamp'),
  })
  return jsonAnswer(statuses[outcome], { outcome })
}

/** Returns null if the body is too large. Reads no further than the limit. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > largestBody) return null
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size > largestBody) return null
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}
