import type { ContactList } from '../portal/contact-list.ts'
import type { SeededRecords } from '../portal/crm-record.ts'

const MADE_AT = Date.UTC(2025, 3, 29, 19, 55, 17)
const HOUR = 3_600_000
const SMALL_LIST = 500

const list = (given: Pick<ContactList, 'listId' | 'name'> & Partial<ContactList>): ContactList => ({
  objectTypeId: '0-1',
  processingType: 'MANUAL',
  processingStatus: 'COMPLETE',
  version: 1,
  createdAt: MADE_AT,
  updatedAt: MADE_AT + HOUR,
  deletedAt: null,
  members: new Map(),
  ...given,
})

const everyNth = (contacts: SeededRecords, step: number, limit: number): Map<number, number> => {
  const members = new Map<number, number>()
  for (let index = 0; index < contacts.count && members.size < limit; index += step) {
    members.set(contacts.idAt(index), MADE_AT + members.size * 1000)
  }
  return members
}

export const seededLists = (contacts: SeededRecords): ContactList[] => [
  list({ listId: '42', name: 'All customers', processingType: 'DYNAMIC', members: 'all', version: 3 }),
  list({ listId: '43', name: 'Newsletter readers', members: everyNth(contacts, 10, SMALL_LIST) }),
  list({ listId: '44', name: 'VIP', members: everyNth(contacts, 7, 25) }),
  list({ listId: '45', name: 'Target companies', objectTypeId: '0-2', processingType: 'DYNAMIC', members: 'all' }),
  list({ listId: '46', name: 'Spring fair 2024', members: everyNth(contacts, 3, 10), deletedAt: MADE_AT + 60 * HOUR }),
]
