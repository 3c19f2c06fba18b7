import type { Database } from '../database/database.ts'
import { noteChanges } from './note-changes.ts'
import { readWebhook } from './read-webhook.ts'
import { isFromHubSpot, type SignedRequest } from './verify-signature.ts'

export interface WebhookContext {
  readonly database: Database
  /** The app's secret, which HubSpot signs with. */
  readonly clientSecret: string
  /** The URL at which HubSpot reaches this server, without a trailing slash. HubSpot signs the URL that it calls. */
  readonly publicUrl: string
  now(): Date
}

/**
 * Receives a request from HubSpot. The changes are stored before it returns, in one short statement, so that HubSpot
 * gets its answer within its limit of five seconds and nothing that was acknowledged is lost. Returns 'unsigned' for a
 * request that is not from HubSpot, and 'unreadable' for a body that is not a list of events.
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
