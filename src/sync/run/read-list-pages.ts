import type { HubSpotPortal, HubSpotRecord } from '../../hubspot/portal.ts'
import type { SyncTuning } from '../sync-context.ts'

/** A stretch of the list: all members from one list cursor to the next, in ascending order of id (B51). */
export interface MemberPage {
  /** Cursor that leads to this stretch; null at the list's beginning. */
  readonly after: string | null
  /** Cursor that leads to what follows; null at the list's end. */
  readonly next: string | null
  readonly memberIds: readonly bigint[]
}

/**
 * Walks a list from `after` on and yields what `read` makes of each stretch, in order. The cursor is sequential by
 * nature, so the walk goes on by itself while stretches before it are still being read: `pagesAhead` of them at once.
 */
export async function* readListPages<Page>(
  portal: HubSpotPortal,
  list: { readonly listId: string; readonly after: string | null },
  tuning: SyncTuning,
  read: (members: MemberPage, signal: AbortSignal) => Promise<Page>,
  stop: AbortSignal,
): AsyncGenerator<Page> {
  const leaving = new AbortController()
  const signal = AbortSignal.any([stop, leaving.signal])
  let members: Promise<MemberPage | null> = readMembers(portal, list.listId, list.after, tuning, signal)
  const begin = (): Promise<Page | null> => {
    const current = members
    members = current.then((page) =>
      page === null || page.next === null ? null : readMembers(portal, list.listId, page.next, tuning, signal),
    )
    const page = current.then((stretch) => stretch && read(stretch, signal))
    // Its failure is met when its turn comes, or never, if an earlier one ends the walk.
    members.catch(() => {})
    page.catch(() => {})
    return page
  }
  try {
    const ahead = Array.from({ length: tuning.pagesAhead }, begin)
    for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
      const page = await next
      if (page === null) return
      ahead.push(begin())
      yield page
    }
  } finally {
    leaving.abort()
  }
}

async function readMembers(
  portal: HubSpotPortal,
  listId: string,
  after: string | null,
  tuning: SyncTuning,
  signal: AbortSignal,
): Promise<MemberPage> {
  const memberIds: bigint[] = []
  let next = after
  do {
    const page = await portal.membershipPage(listId, { after: next, limit: tuning.membershipLimit }, signal)
    memberIds.push(...page.recordIds)
    next = page.next
  } while (next !== null && memberIds.length < tuning.pageSize)
  return { after, next, memberIds }
}

/** Reads contacts in batches side by side; ids that HubSpot does not know any more are absent from the result. */
export async function readContacts(
  portal: HubSpotPortal,
  ids: readonly bigint[],
  properties: readonly string[],
  tuning: SyncTuning,
  signal: AbortSignal,
): Promise<HubSpotRecord[]> {
  const batches: Promise<HubSpotRecord[]>[] = []
  for (let start = 0; start < ids.length; start += tuning.readLimit) {
    batches.push(portal.readContacts(ids.slice(start, start + tuning.readLimit), properties, signal))
  }
  const asked = new Set(ids)
  const found = new Map<bigint, HubSpotRecord>()
  for (const record of (await Promise.all(batches)).flat()) {
    // A merged contact answers under its new id, which is a member of its own.
    if (asked.has(record.id)) found.set(record.id, record)
  }
  return ids.flatMap((id) => found.get(id) ?? [])
}
