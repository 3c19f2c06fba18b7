import type { Database } from '../database/database.ts'
import { noteChanges } from './note-changes.ts'
import { readWebhook } from './read-webhook.ts'
import { isFromHubSpot, type SignedRequest } from './verify-signature.ts'

export interface WebhookContext {
  readonly database: Database
  /** The app's, which HubSpot signs with. */
  readonly clientSecret: string
  /** Where HubSpot reaches this server, without a trailing slash; HubSpot signs the address that it calls. */
  readonly publicUrl: string
  now(): Date
}

/**
 * Takes what HubSpot sends. Everything is written down before it returns, in one short statement, so that HubSpot has its
 * answer within its five seconds and what was answered is not lost. 'unsigned' for what did not come from HubSpot,
 * 'unreadable' for what is no list of events.
 */
export async function receiveWebhook(
  { database, clientSecret, publicUrl, now }: WebhookContext,
  { path, ...request }: Omit<SignedRequest, 'url'> & { readonly path: string },
): Promise<'taken' | 'unsigned' | 'unreadable'> {
  const at = now()
  if (!isFromHubSpot({ ...request, url: publicUrl + path }, clientSecret, at)) return 'unsigned'
  const changes = readWebhook(request.body.toString('utf8'))
  if (changes === null) return 'unreadable'
  await noteChanges(database.pool, 'WEBHOOKS', changes, at)
  return 'taken'
}
