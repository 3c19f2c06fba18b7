import type { Announcements } from '../broker/announcements.ts'

/** Maximum number of ids per announcement. */
const idsPerAnnouncement = 100

interface AnnounceContext {
  readonly announcements: Announcements
  readonly log: { warn(details: object, message: string): void }
}

/**
 * Announces that these contacts changed (B6). Call it after the commit. If the broker is unavailable, listeners only
 * notice later, since they also check by themselves; the failure is logged and the work continues.
 */
export async function announceContacts(
  { announcements, log }: AnnounceContext,
  workspaceId: string,
  contactIds: readonly string[],
): Promise<void> {
  const publishing: Promise<void>[] = []
  for (let start = 0; start < contactIds.length; start += idsPerAnnouncement) {
    const payload = { contactIds: contactIds.slice(start, start + idsPerAnnouncement) }
    publishing.push(announcements.publish('contacts-changed', workspaceId, payload))
  }
  try {
    await Promise.all(publishing)
  } catch (error) {
    log.warn({ err: error, workspaceId }, 'changes of contacts could not be announced')
  }
}
