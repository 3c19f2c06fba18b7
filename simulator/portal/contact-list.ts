import type { CrmRecord } from './crm-record.ts'
import type { RecordStore } from './record-store.ts'

export type ProcessingType = 'MANUAL' | 'DYNAMIC' | 'SNAPSHOT'

/** 'all' follows the store. Otherwise, the ids that were added, each with its time in epoch milliseconds. */
export type ListMembers = 'all' | ReadonlyMap<number, number>

export interface ContactList {
  listId: string
  name: string
  objectTypeId: string
  processingType: ProcessingType
  processingStatus: 'COMPLETE' | 'PROCESSING'
  version: number
  createdAt: number
  updatedAt: number
  deletedAt: number | null
  members: ListMembers
  /** The members that it shows while it is PROCESSING. Default: all of them. */
  builtMembers?: ReadonlyMap<number, number>
}

/** The members that the list shows. When HubSpot rebuilds a list, it fills it again from the beginning. */
const shownMembers = ({ members, processingStatus, builtMembers }: ContactList): ListMembers =>
  processingStatus === 'PROCESSING' ? (builtMembers ?? members) : members

export interface Member {
  id: number
  /** Time at which it joined, in epoch milliseconds. */
  joinedAt: number
}

const member = (record: CrmRecord): Member => ({ id: record.id, joinedAt: record.createdAt })

export const memberCount = (list: ContactList, store: RecordStore): number => {
  const members = shownMembers(list)
  if (members === 'all') return store.liveCount
  let count = 0
  for (const id of members.keys()) if (store.live(id)) count++
  return count
}

/** Time since which a record has been a member, in epoch milliseconds; undefined if it is not a member. */
export const memberSince = (list: ContactList, store: RecordStore, id: number): number | undefined => {
  const record = store.live(id)
  if (!record) return undefined
  const members = shownMembers(list)
  return members === 'all' ? record.createdAt : members.get(id)
}

/** Members by record id: above `after` and ascending, or below `before` and descending. */
export function* membersById(
  list: ContactList,
  store: RecordStore,
  from: { after: number } | { before: number },
): Generator<Member> {
  const members = shownMembers(list)
  if (members === 'all') {
    for (const record of 'after' in from ? store.after(from.after) : store.before(from.before)) yield member(record)
    return
  }
  const entries = [...members].sort(([a], [b]) => ('after' in from ? a - b : b - a))
  for (const [id, joinedAt] of entries) {
    const inRange = 'after' in from ? id > from.after : id < from.before
    if (inRange && store.live(id)) yield { id, joinedAt }
  }
}

/**
 * Members by the time at which they joined. For 'all', that is the order of ids, since records join when they are
 * created.
 */
export const membersByJoinTime = (list: ContactList, store: RecordStore): Iterable<Member> => {
  const members = shownMembers(list)
  if (members === 'all') return membersById(list, store, { after: 0 })
  return [...members]
    .filter(([id]) => store.live(id))
    .map(([id, joinedAt]) => ({ id, joinedAt }))
    .sort((a, b) => a.joinedAt - b.joinedAt || a.id - b.id)
}
