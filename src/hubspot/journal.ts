import { z } from 'zod'
import type { HubSpotEnvironment } from '../config/environment.ts'
import type { CallBudget } from './call-budget.ts'
import { type AccessTokens, callHubSpot } from './call-hubspot.ts'
import { HubSpotNotFoundError, HubSpotUnreadableError } from './errors.ts'
import { formBody, type HttpAnswer, type HttpRequest, jsonBody, type Send } from './http.ts'
import { answerOf, parseJson } from './parse-answer.ts'
import type { HubSpotPaths } from './paths.ts'
import type { Pause } from './pause.ts'
import { withinDeadline } from './within-deadline.ts'

/**
 * What HubSpot writes into the app's journal for one portal. A subscription replaces an earlier one of the same kind.
 */
export type JournalSubscription = { readonly portalId: number; readonly actions: readonly string[] } & (
  | {
      readonly subscriptionType: 'OBJECT'
      readonly objectTypeId: string
      readonly objectIds: readonly number[]
      readonly properties: readonly string[]
    }
  | {
      readonly subscriptionType: 'ASSOCIATION'
      readonly objectTypeId: string
      readonly objectIds: readonly number[]
      readonly associatedObjectTypeIds: readonly string[]
    }
  | {
      readonly subscriptionType: 'LIST_MEMBERSHIP'
      readonly objectIds: readonly number[]
      readonly listIds: readonly number[]
    }
  | { readonly subscriptionType: 'GDPR_PRIVACY_DELETION'; readonly objectTypeId: string }
)

/** Refers to a file of events. */
export interface JournalEntry {
  readonly offset: string
  readonly url: string
}

/**
 * The app's webhooks journal: the events of all of its portals, in order, kept for three days. Calls use a token of the
 * app itself, and throw the errors in `errors.ts`.
 */
export interface HubSpotJournal {
  subscribe(subscription: JournalSubscription, signal?: AbortSignal): Promise<void>
  /** Null if the journal has no entries. */
  earliest(signal?: AbortSignal): Promise<JournalEntry | null>
  latest(signal?: AbortSignal): Promise<JournalEntry | null>
  /** The entry after an offset: null at the end, 'expired' if HubSpot no longer knows the offset. */
  next(offset: string, signal?: AbortSignal): Promise<JournalEntry | 'expired' | null>
  /** The entry's file as JSON. */
  read(entry: JournalEntry, signal?: AbortSignal): Promise<unknown>
}

export interface JournalOptions {
  readonly environment: HubSpotEnvironment
  readonly paths: HubSpotPaths
  readonly send: Send
  readonly pause: Pause
  readonly deadlineMs: number
}

/** The scopes of the journal itself, and of the objects that are subscribed to. */
const scopes = [
  'developer.webhooks_journal.read',
  'developer.webhooks_journal.subscriptions.read',
  'developer.webhooks_journal.subscriptions.write',
  'crm.objects.contacts.read',
  'crm.objects.companies.read',
  'crm.lists.read',
]

const readGrant = answerOf(z.object({ access_token: z.string().min(1), expires_in: z.number().positive() }))
const readEntry = answerOf(
  z
    .object({ url: z.url(), currentOffset: z.union([z.string().min(1), z.int().transform(String)]) })
    .transform(({ url, currentOffset }): JournalEntry => ({ url, offset: currentOffset })),
)
const readEntryOrNone = (answer: HttpAnswer): JournalEntry | null => (answer.status === 204 ? null : readEntry(answer))
/** An entry that points to itself would be read forever. */
const readEntryBehind = (offset: string) => (answer: HttpAnswer) => {
  const entry = readEntryOrNone(answer)
  if (entry?.offset !== offset) return entry
  throw new HubSpotUnreadableError('HubSpot returns the same entry again: currentOffset is the requested offset.')
}

/** The journal has the app's own limit, which is far higher than a poll every few seconds needs. */
const noBudget: CallBudget = { take: async () => ({ end: () => {} }), answered: () => {}, refused: async () => {} }

export function journalOverHttp({ environment, paths, send, pause, deadlineMs }: JournalOptions): HubSpotJournal {
  const tokens = appTokens(async () => {
    const request = {
      method: 'POST',
      path: paths.token,
      body: formBody({
        grant_type: 'client_credentials',
        client_id: environment.clientId,
        client_secret: environment.clientSecret,
        scope: scopes.join(' '),
      }),
    } as const
    return callHubSpot({ send, request, read: readGrant, pause })
  })
  const access = { portalId: 0n, timeZone: 'UTC', tokens, budget: noBudget, usage: { calls: 0, repeats: 0 } }
  const call = <T>(request: HttpRequest, read: (answer: HttpAnswer) => T, signal?: AbortSignal) =>
    callHubSpot({ send, request, read, access, pause, signal })
  return {
    subscribe: (subscription, signal) =>
      call({ method: 'POST', path: paths.journalSubscriptions, body: jsonBody(subscription) }, () => {}, signal),
    earliest: (signal) => call({ method: 'GET', path: paths.earliestJournalEntry }, readEntryOrNone, signal),
    latest: (signal) => call({ method: 'GET', path: paths.latestJournalEntry }, readEntryOrNone, signal),
    next: async (offset, signal) => {
      const path = paths.journalEntryBehind(offset)
      try {
        return await call({ method: 'GET', path, what: 'webhooks journal' }, readEntryBehind(offset), signal)
      } catch (error) {
        if (error instanceof HubSpotNotFoundError) return 'expired'
        throw error
      }
    },
    read: ({ url }, signal) => {
      requireTrustworthy(url, environment.apiUrl)
      const request = { method: 'GET', path: url } as const
      return callHubSpot({ send: sendToFile(deadlineMs), request, read: parseJson, pause, signal })
    },
  }
}

/** Uses one token for all calls until it is about to expire. */
function appTokens(grant: () => Promise<{ access_token: string; expires_in: number }>): AccessTokens {
  const renewBeforeMs = 60_000
  let held: { readonly token: string; readonly until: number } | undefined
  const renew = async () => {
    const { access_token: token, expires_in: seconds } = await grant()
    held = { token, until: performance.now() + seconds * 1_000 - renewBeforeMs }
    return token
  }
  return {
    current: async () => (held !== undefined && performance.now() < held.until ? held.token : renew()),
    renew: async (refused) => (held !== undefined && held.token !== refused ? held.token : renew()),
    giveUp: async () => {
      held = undefined
    },
  }
}

/** Files are stored at a storage service, at a URL that anyone who knows it can read. No token is sent there. */
function sendToFile(deadlineMs: number): Send {
  return ({ path: url }, headers, signal) =>
    withinDeadline(deadlineMs, signal, async () => {
      const answer = await fetch(url, { headers, redirect: 'error' })
      const body = Buffer.from(await answer.arrayBuffer())
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body }
    })
}

/** HubSpot names the URL. It must not point into this process's own network. */
function requireTrustworthy(url: string, apiUrl: string): void {
  const { protocol, origin } = new URL(url)
  if (protocol === 'https:' || origin === new URL(apiUrl).origin) return
  throw new HubSpotUnreadableError('A file of the webhooks journal does not have an https URL.')
}
