import { LinkTable } from '../records/link-table.ts'
import type { RecordStore } from '../records/record-store.ts'
import { lockContacts } from './contact-lock.ts'
import { loadContacts } from './load-contacts.ts'
import { writeContacts } from './write-contacts.ts'

/** The shared contacts. Private contacts are neither found nor changed through it (B8). */
export const contactStore: RecordStore = {
  objectType: 'CONTACT',
  links: new LinkTable({
    table: 'contact_link',
    record: 'contact',
    recordId: 'contact_id',
    isCoveringRun: `object_type = 'CONTACT'`,
  }),
  lock: lockContacts,
  load: loadContacts,
  write: writeContacts,
}
