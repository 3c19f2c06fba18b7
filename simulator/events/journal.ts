import { randomUUID } from 'node:crypto'
import { isoTime } from '../portal/crm-record.ts'
import type { PortalChange } from '../portal/portal-change.ts'
import { type JournalEvent, journalEventsOf, type SubscriptionType } from './journal-events.ts'

export interface Subscription {
  readonly id: number
  readonly subscriptionType: SubscriptionType
  readonly portalId: number
  readonly actions: readonly string[]
  readonly objectTypeId: string
  /** Changes of other properties cause no event. Empty for all properties. */
  readonly properties: readonly string[]
  readonly objectIds: readonly number[]
  readonly listIds: readonly number[]
  readonly associatedObjectTypeIds: readonly string[]
  readonly createdAt: number
  readonly updatedAt: number
}

export interface JournalEntry {
  readonly offset: string
  readonly publishedAt: string
  readonly events: readonly JournalEvent[]
}

const MOST_EVENTS = 1000

/**
 * An app's journal over all of its portals: entries in the order of their publication, each of them a file of events.
 */
export class Journal {
  readonly #clock: () => number
  readonly #subscriptions = new Map<number, Subscription>()
  #entries: JournalEntry[] = []
  #open: JournalEvent[] = []
  #lastSubscriptionId = 0

  constructor(clock: () => number) {
    this.#clock = clock
  }

  get subscriptions(): readonly Subscription[] {
    return [...this.#subscriptions.values()]
  }

  /** One subscription per portal, type, and kind of object: a second one replaces the first. */
  subscribe(given: Omit<Subscription, 'id' | 'createdAt' | 'updatedAt'>): Subscription {
    const now = this.#clock()
    const before = this.subscriptions.find(
      (other) =>
        other.portalId === given.portalId &&
        other.subscriptionType === given.subscriptionType &&
        other.objectTypeId === given.objectTypeId,
    )
    const id = before?.id ?? ++this.#lastSubscriptionId
    const subscription = { ...given, id, createdAt: before?.createdAt ?? now, updatedAt: now }
    this.#subscriptions.set(id, subscription)
    return subscription
  }

  unsubscribe(id: number): boolean {
    return this.#subscriptions.delete(id)
  }

  hear(portalId: number, change: PortalChange): void {
    if (this.#subscriptions.size === 0) return
    const wanted = journalEventsOf(portalId, change).filter((event) =>
      this.subscriptions.some((subscription) => lets(subscription, event)),
    )
    for (const event of wanted) {
      this.#open.push(event)
      if (this.#open.length === MOST_EVENTS) this.#publish()
    }
  }

  earliest(): JournalEntry | undefined {
    this.#publish()
    return this.#entries[0]
  }

  latest(): JournalEntry | undefined {
    this.#publish()
    return this.#entries.at(-1)
  }

  /** The entry after this offset; undefined at the end, null for an offset that is unknown or too old. */
  after(offset: string): JournalEntry | undefined | null {
    this.#publish()
    const at = this.#entries.findIndex((entry) => entry.offset === offset)
    return at === -1 ? null : this.#entries[at + 1]
  }

  entry(offset: string): JournalEntry | undefined {
    return this.#entries.find((entry) => entry.offset === offset)
  }

  /** As if the three days of everything published so far were over. */
  expire(): void {
    this.#publish()
    this.#entries = []
  }

  #publish(): void {
    if (this.#open.length === 0) return
    this.#entries.push({ offset: randomUUID(), publishedAt: isoTime(this.#clock()), events: this.#open })
    this.#open = []
  }
}

const lets = (subscription: Subscription, event: JournalEvent): boolean => {
  const { properties, objectIds, listIds } = subscription
  if (subscription.portalId !== event.portalId || subscription.subscriptionType !== event.type) return false
  if (!subscription.actions.includes(event.action)) return false
  if (event.type === 'LIST_MEMBERSHIP') return listIds.length === 0 || listIds.includes(Number(event.listId))
  if (subscription.objectTypeId !== event.objectTypeId) return false
  if (objectIds.length > 0 && !objectIds.includes(event.objectId)) return false
  if (event.action !== 'UPDATE' || properties.length === 0) return true
  return Object.keys(event.propertyChanges as object).some((name) => properties.includes(name))
}
