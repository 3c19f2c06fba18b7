import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { JournalEntry, Subscription } from '../events/journal.ts'
import { isoTime } from '../portal/crm-record.ts'
import { type Answer, json } from './answer.ts'
import { serveCall } from './api-gateway.ts'
import type { SimulatorContext } from './context.ts'
import { expiredToken, invalid, invalidToken, missingScopes, notFound } from './hubspot-problem.ts'
import { APP_ID } from './token-answers.ts'

const FILE_LIVES_MS = 15 * 60_000
const base = '/webhooks-journal/journal/2026-03'
const subscriptionsBase = '/webhooks-journal/subscriptions/2026-03'

const action = z.enum([
  'CREATE',
  'UPDATE',
  'DELETE',
  'MERGE',
  'RESTORE',
  'ASSOCIATION_ADDED',
  'ASSOCIATION_REMOVED',
  'SNAPSHOT',
  'APP_INSTALL',
  'APP_UNINSTALL',
  'ADDED_TO_LIST',
  'REMOVED_FROM_LIST',
  'GDPR_DELETE',
])
const ids = z.array(z.number().int())
const common = { portalId: z.number().int(), actions: z.array(action).min(1) }
/** The published requests. Fields that one kind requires do not exist in another. */
const subscriptionRequest = z.discriminatedUnion('subscriptionType', [
  z.strictObject({
    subscriptionType: z.literal('OBJECT'),
    ...common,
    objectTypeId: z.string(),
    objectIds: ids,
    properties: z.array(z.string()),
  }),
  z.strictObject({
    subscriptionType: z.literal('ASSOCIATION'),
    ...common,
    objectTypeId: z.string(),
    objectIds: ids,
    associatedObjectTypeIds: z.array(z.string()),
  }),
  z.strictObject({ subscriptionType: z.literal('LIST_MEMBERSHIP'), ...common, objectIds: ids, listIds: ids }),
  z.strictObject({ subscriptionType: z.literal('GDPR_PRIVACY_DELETION'), ...common, objectTypeId: z.string() }),
])

const subscriptionJson = ({ createdAt, updatedAt, ...rest }: Subscription) => ({
  ...rest,
  appId: APP_ID,
  createdAt: isoTime(createdAt),
  updatedAt: isoTime(updatedAt),
})

/** The token belongs to the app itself (client credentials) and is not bound to a portal. */
const requireAppToken = ({ tokens, clock }: SimulatorContext, request: FastifyRequest, scope: string): void => {
  const check = tokens.check((request.headers.authorization ?? '').replace(/^Bearer /i, ''))
  if (check.state === 'unknown' || check.grant.hubId !== 0) throw invalidToken()
  if (check.state === 'expired') throw expiredToken(check.expiresAt, clock())
  if (!check.grant.scopes.includes(scope)) throw missingScopes([scope])
}

const signatureOf = (context: SimulatorContext, offset: string, expires: string) =>
  createHash('sha256').update(`${context.clientSecret}/${offset}/${expires}`).digest('hex')

/** Refers to the entry's file, which is stored where no token is required and the URL alone gives access. */
const entryAnswer = (context: SimulatorContext, entry: JournalEntry | undefined): Answer => {
  if (!entry) return { status: 204, body: '', contentType: null }
  const expires = String(context.clock() + FILE_LIVES_MS)
  const signature = signatureOf(context, entry.offset, expires)
  return json({
    url: `${context.url()}/journal-files/${entry.offset}.json?expires=${expires}&signature=${signature}`,
    expiresAt: isoTime(Number(expires)),
    currentOffset: entry.offset,
  })
}

const fileAnswer = (context: SimulatorContext, request: FastifyRequest): Answer => {
  const { offset } = request.params as { offset: string }
  const { expires = '', signature } = request.query as { expires?: string; signature?: string }
  const isLive = signature === signatureOf(context, offset, expires) && Number(expires) > context.clock()
  const entry = context.journal.entry(offset)
  if (!isLive || !entry)
    return { status: 403, body: '<Error><Code>AccessDenied</Code></Error>', contentType: 'application/xml' }
  return json({ offset, journalEvents: entry.events, publishedAt: entry.publishedAt })
}

/** The webhooks journal: events that can be pulled in order, from any offset of the last three days. */
export const mountJournal = (app: FastifyInstance, context: SimulatorContext): void => {
  const serve = (
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    scope: string | null,
    answer: (request: FastifyRequest) => Answer,
  ) =>
    app.route({
      method,
      url,
      handler: (request, reply) => {
        const checked = () => {
          if (scope !== null) requireAppToken(context, request, scope)
          return answer(request)
        }
        serveCall(context, reply, checked, () => undefined)
      },
    })

  const read = 'developer.webhooks_journal.read'
  serve('GET', `${base}/earliest`, read, () => entryAnswer(context, context.journal.earliest()))
  serve('GET', `${base}/latest`, read, () => entryAnswer(context, context.journal.latest()))
  serve('GET', `${base}/offset/:offset/next`, read, (request) => {
    const entry = context.journal.after((request.params as { offset: string }).offset)
    if (entry === null) throw notFound('The offset is unknown or has expired.')
    return entryAnswer(context, entry)
  })
  serve('GET', '/journal-files/:offset.json', null, (request) => fileAnswer(context, request))

  serve('GET', subscriptionsBase, 'developer.webhooks_journal.subscriptions.read', () =>
    json({ results: context.journal.subscriptions.map(subscriptionJson) }),
  )
  const write = 'developer.webhooks_journal.subscriptions.write'
  serve('POST', subscriptionsBase, write, (request) => {
    const given = subscriptionRequest.safeParse(request.body)
    if (!given.success) throw invalid(`Invalid input: ${z.prettifyError(given.error)}`)
    const none = { objectTypeId: '0-1', objectIds: [], listIds: [], properties: [], associatedObjectTypeIds: [] }
    return json(subscriptionJson(context.journal.subscribe({ ...none, ...given.data })))
  })
  serve('DELETE', `${subscriptionsBase}/:id`, write, (request) => {
    if (!context.journal.unsubscribe(Number((request.params as { id: string }).id))) throw notFound()
    return { status: 204, body: '', contentType: null }
  })
}
