import type { Announcements } from '../broker/announcements.ts'
import { pause, WakeUp } from '../broker/wake-up.ts'
import { patiently } from '../database/database-away.ts'
import type { ChangePosition } from './change-position.ts'
import type { ChangedContact } from './read-changes.ts'

/** Announcements may be lost; every so often a watcher looks by itself. */
const lookAgainMs = 5_000
/** What happens in between is in the next look, where a contact that changed twice stands once. */
const minIntervalMs = 100
/** Changes read at once; a reader that is behind takes them page by page. */
const pageSize = 200

export interface WatchContactsContext {
  readonly announcements: Announcements
  /** The changes of the workspace after a position, in order; of one contact alone where one is given. */
  readChanges(
    workspaceId: string,
    after: ChangePosition,
    contactId: string | null,
    limit: number,
  ): Promise<ChangedContact[]>
}

export interface WatchedContacts {
  readonly workspaceId: string
  /** Follows this contact alone. */
  readonly contactId: string | null
  /** What changes before it is known, or does not matter. */
  readonly after: ChangePosition
  /** Whether the watcher may and wants to hear of it. */
  isWanted(change: ChangedContact): boolean
}

/**
 * Yields what changed after a position and goes on with each change until `signal` aborts; then throws its reason. A
 * contact that changed several times since it was last told of is told of once. No change is left out: they are read from
 * the database, and announcements merely say when (B6). While the database is away it waits.
 */
export async function* watchContacts(
  { announcements, readChanges }: WatchContactsContext,
  { workspaceId, contactId, after, isWanted }: WatchedContacts,
  signal: AbortSignal,
): AsyncGenerator<ChangedContact> {
  const leaving = new AbortController()
  const until = AbortSignal.any([signal, leaving.signal])
  const announced = await announcements.subscribe('contacts-changed', workspaceId, until)
  const wakeUp = new WakeUp(announced, (payload) => {
    return contactId === null || (payload as { contactIds: string[] }).contactIds.includes(contactId)
  })
  let position = after
  try {
    for (;;) {
      const changes = await patiently(() => readChanges(workspaceId, position, contactId, pageSize), until)
      for (const change of changes) {
        position = change.position
        if (isWanted(change)) yield change
      }
      if (changes.length === pageSize) continue
      await pause(minIntervalMs, until)
      await wakeUp.wait(lookAgainMs, until)
    }
  } finally {
    leaving.abort()
  }
}
