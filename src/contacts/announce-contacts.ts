import type { Announcements } from '../broker/announcements.ts'

/** So many ids go into one announcement. */
const idsPerAnnouncement = 100

interface AnnounceContext {
  readonly announcements: Announcements
  readonly log: { warn(details: object, message: string): void }
}

/**
 * Tells listeners that these contacts changed (B6); call it after the change is committed. A broker that is away costs
 * promptness only, since listeners also look by themselves, so the failure is logged and the work goes on.
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
