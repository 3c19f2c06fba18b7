import { builder } from './builder.ts'
import { visibleContacts } from './support/visible-contacts.ts'
import { SyncedRecord } from './synced-record.ts'

/** The type itself, for code that refers to contacts. Its fields are in contact.ts. */
export const Contact = builder.prismaNode('Contact', {
  description: 'A person the workspace corresponds with. Shared with all members, or private to one teammate.',
  interfaces: [SyncedRecord],
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { viewer }) => ({ ...visibleContacts(viewer), id }),
})

export const ContactConnection = builder.connectionObject(
  { type: Contact, name: 'ContactConnection' },
  { name: 'ContactEdge' },
)
