import type { Announcements } from '../broker/announcements.ts'
import type { Feed, Look, Told } from '../followers/feed.ts'
import { News } from '../followers/news.ts'
import { type ChangePosition, isAfter } from './change-position.ts'
import { type ChangedContact, kindSince } from './read-changes.ts'

/** Minimum time between two looks. A contact that changes twice in between appears once in the next look. */
const minIntervalMs = 50
/** Number of changes read at once. A follower that is behind reads them page by page. */
const pageSize = 200

export interface ContactFeedContext {
  readonly announcements: Announcements
  /** Returns the changes of the workspace after a position, in order. */
  readChanges(workspaceId: string, after: ChangePosition, limit: number): Promise<ChangedContact[]>
}

/** A change, or the current state of the contact that a subscription follows. */
export type ContactEvent = Omit<ChangedContact, 'kind' | 'history'> & {
  readonly kind: ChangedContact['kind'] | 'PRESENT'
}

export interface ContactPlace {
  /** Changes up to here are known to the follower, or do not matter to it. */
  readonly position: ChangePosition
  /** True if the follower first receives the current state of the contact. */
  readonly isNew: boolean
}

export interface FollowedContacts {
  readonly workspaceId: string
  /** True if the follower may see the change and asked for it. */
  isWanted(change: ContactEvent): boolean
  /**
   * Returns the current state of the followed contact. Null if there is no such contact, or if the follower may not see it.
   */
  present(position: ChangePosition): Promise<ContactEvent | null>
}

/**
 * The changes of a workspace's contacts; never ends. A contact that changed several times since the last event for a
 * follower is reported once. No change is omitted: changes are read from the database, and announcements only tell when to
 * look (B6). All followers read the changes of the whole workspace, so followers of different contacts share their reads.
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
    // Followers that join at the same time share one read of the contact's current state.
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
      // A cursor from the future must not delay other followers.
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
