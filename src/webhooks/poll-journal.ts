import { type Database, inTransaction, type Queryable } from '../database/database.ts'
import { type Lease, LeaseLostError, withLease } from '../database/lease.ts'
import type { HubSpotJournal, JournalEntry } from '../hubspot/journal.ts'
import { ensureSubscriptions, findJournalPortals } from './journal-subscriptions.ts'
import { noteChanges } from './note-changes.ts'
import { readJournal } from './read-journal.ts'

export interface JournalContext {
  readonly database: Database
  readonly journal: HubSpotJournal
  /** The app that owns the journal: its client id. */
  readonly appId: string
  /** Minimum interval between polls of all processes: HubSpot accepts 100 calls a minute from an app. */
  readonly everyMs: number
  now(): Date
  readonly log: { warn(details: object, message: string): void }
}

/** Maximum number of entries per poll, so that their changes are processed in the meantime. */
const mostEntries = 200

/** Time within which the changes that a poll finds are processed and published. */
const workedOnWithinMs = 2_000

/** The polling interval that makes a change visible within this many seconds. */
export function pollEveryMs(visibleWithinSeconds: number): number {
  const ms = visibleWithinSeconds * 1_000
  return Math.max(ms - workedOnWithinMs, ms / 2)
}

/**
 * Pulls the journal's entries after the last offset and stores their changes. One process polls at a time. The offset
 * moves in the transaction that stores an entry's events, so none is skipped, and storing one twice does no harm. Does
 * nothing if no workspace pulls from the journal. Returns the number of entries.
 */
export async function pollJournal(context: JournalContext, stop: AbortSignal): Promise<number> {
  const portals = await findJournalPortals(context.database.pool)
  if (portals.length === 0) return 0
  const taken = await withLease(context.database.sessions, `journal:${context.appId}`, async (lease) => {
    const until = AbortSignal.any([stop, lease.signal])
    const isFirst = !(await isBegun(context))
    if (!isFirst && !(await takeTurn(context))) return 0
    await ensureSubscriptions(context, portals, until)
    return isFirst ? begin(context, lease, until) : takeEntries(context, lease, until)
  })
  return taken === 'busy' ? 0 : taken
}

async function isBegun({ database, appId }: JournalContext): Promise<boolean> {
  return (await database.prisma.hubSpotJournal.count({ where: { appId } })) > 0
}

/** False if another process has just polled. A tenth less, because timers are not exact. */
async function takeTurn({ database, appId, everyMs, now }: JournalContext): Promise<boolean> {
  const at = now()
  const { rowCount } = await database.pool.query(
    'UPDATE hubspot_journal SET polled_at = $2 WHERE app_id = $1 AND polled_at <= $3',
    [appId, at, new Date(at.getTime() - everyMs * 0.9)],
  )
  return rowCount === 1
}

/** Earlier events are left to the next full run. */
async function begin(context: JournalContext, lease: Lease, stop: AbortSignal): Promise<number> {
  const latest = await context.journal.latest(stop)
  await moveTo(context, lease, latest?.offset ?? null)
  return 0
}

async function takeEntries(context: JournalContext, lease: Lease, stop: AbortSignal): Promise<number> {
  const { database, appId, log } = context
  const state = await database.prisma.hubSpotJournal.findUniqueOrThrow({ where: { appId } })
  let offset = state.journalOffset
  for (let taken = 0; taken < mostEntries; taken++) {
    stop.throwIfAborted()
    const entry = await entryBehind(context, offset, stop)
    if (entry === 'expired') {
      log.warn({ offset }, 'the webhooks journal was not read for too long; the next run brings the missed changes')
      offset = null
      taken--
      continue
    }
    if (entry === null) return taken
    await takeEntry(context, lease, entry, stop)
    offset = entry.offset
  }
  return mostEntries
}

function entryBehind({ journal }: JournalContext, offset: string | null, stop: AbortSignal) {
  return offset === null ? journal.earliest(stop) : journal.next(offset, stop)
}

async function takeEntry(context: JournalContext, lease: Lease, entry: JournalEntry, stop: AbortSignal): Promise<void> {
  const changes = readJournal(await context.journal.read(entry, stop))
  if (changes === null)
    context.log.warn({ offset: entry.offset }, 'a file of the webhooks journal does not match its documentation')
  await inTransaction(context.database.pool, async (client) => {
    if (changes !== null) await noteChanges(client, 'JOURNAL', changes, context.now())
    await moveTo(context, lease, entry.offset, client)
  })
}

/** Throws LeaseLostError if another process now reads the journal. */
async function moveTo(
  { database, appId, now }: JournalContext,
  { number }: Lease,
  offset: string | null,
  queryable: Queryable = database.pool,
): Promise<void> {
  const { rowCount } = await queryable.query(
    `INSERT INTO hubspot_journal AS journal (app_id, journal_offset, polled_at, lease_number) VALUES ($1, $2, $3, $4)
     ON CONFLICT (app_id) DO UPDATE
     SET journal_offset = excluded.journal_offset, polled_at = excluded.polled_at, lease_number = excluded.lease_number
     WHERE journal.lease_number <= excluded.lease_number`,
    [appId, offset, now(), number],
  )
  if (rowCount === 0) throw new LeaseLostError('another process now reads the journal')
}
