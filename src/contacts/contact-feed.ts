import type { Announcements } from '../broker/announcements.ts'
import type { Feed, Look, Told } from '../followers/feed.ts'
import { News } from '../followers/news.ts'
import { type ChangePosition, isAfter } from './change-position.ts'
import { type ChangedContact, kindSince } from './read-changes.ts'

/** What happens in between is in the next look, where a contact that changed twice stands once. */
const minIntervalMs = 50
/** Changes read at once; a follower that is behind takes them page by page. */
const pageSize = 200

export interface ContactFeedContext {
  readonly announcements: Announcements
  /** The changes of the workspace after a position, in order. */
  readChanges(workspaceId: string, after: ChangePosition, limit: number): Promise<ChangedContact[]>
}

/** A change, or how the contact stands that is followed. */
export type ContactEvent = Omit<ChangedContact, 'kind' | 'history'> & {
  readonly kind: ChangedContact['kind'] | 'PRESENT'
}

export interface ContactPlace {
  /** What changed before it is known, or does not matter. */
  readonly position: ChangePosition
  /** A follower that is first told how the contact stands. */
  readonly isNew: boolean
}

export interface FollowedContacts {
  readonly workspaceId: string
  /** Whether the follower may and wants to hear of it. */
  isWanted(change: ContactEvent): boolean
  /** How the contact stands that is followed; null where there is none, or it may not be seen. */
  present(position: ChangePosition): Promise<ContactEvent | null>
}

/**
 * The changes of a workspace's contacts, without end. A contact that changed several times since a follower was last told
 * of it is told of once. No change is left out: they are read from the database, and announcements merely say when (B6).
 * All followers read the changes of the whole workspace, so that those who follow different contacts share their reads.
 * Listens until `signal` aborts.
 */
export async function openContactFeed(
  { announcements, readChanges }: ContactFeedContext,
  { workspaceId, isWanted, present }: FollowedContacts,
  signal: AbortSignal,
): Promise<Feed<ContactEvent, ContactPlace>> {
  const announced = await announcements.subscribe('contacts-changed', workspaceId, signal)
  const news = new News(announced, workspaceId, minIntervalMs)

  const look = async (places: readonly ContactPlace[]): Promise<Look<ContactEvent, ContactPlace>> => {
    news.looking()
    const first = lowest(places.map(({ position }) => position))
    const changes = await readChanges(workspaceId, first, pageSize)
    // Those who come together are told how the contact stands by one read.
    let found: Promise<ContactEvent | null> | null = null
    const presentOnce = async (position: ChangePosition) => {
      found ??= present(position)
      const contact = await found
      return contact && { ...contact, position }
    }
    const hasMore = changes.length === pageSize
    const end = changes.at(-1)?.position ?? first
    const openings = await Promise.all(places.map(({ isNew, position }) => (isNew ? presentOnce(position) : null)))
    const told = places.map(({ position }, index) => {
      const opening = openings[index] ?? null
      const events: Told<ContactEvent, ContactPlace>[] = []
      if (opening !== null) events.push(tellOf(opening))
      for (const change of changes) {
        if (!isAfter(change.position, position) || !isWanted(change)) continue
        events.push(tellOf({ ...change, kind: kindSince(position, change.id, change.history) }))
      }
      return events
    })
    const after = places.map(({ position }) => ({
      // A cursor from the future must hold nobody up.
      position: hasMore && isAfter(position, end) ? position : end,
      isNew: false,
    }))
    return { told, places: after, hasMore, isOver: false }
  }
  return { look, news: (until) => news.next(until), stir: () => news.stir() }
}

function lowest(positions: readonly ChangePosition[]): ChangePosition {
  return positions.reduce((low, position) => (isAfter(low, position) ? position : low))
}

function tellOf(event: ContactEvent): Told<ContactEvent, ContactPlace> {
  const { kind, id, position } = event
  return { event, key: `${kind} ${position.at} ${position.id} ${id}`, place: { position, isNew: false } }
}
