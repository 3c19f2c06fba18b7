import { eraseContact } from '../sync/privacy/erase-contact.ts'
import type { ErasedPerson } from '../sync/privacy/erase-person.ts'
import { NotFoundError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { Contact } from './contact-ref.ts'
import { rowId } from './support/global-ids.ts'

const EraseContactPayload = builder.objectRef<ErasedPerson>('EraseContactPayload').implement({
  description: 'A person whose data was erased.',
  fields: (t) => ({
    contacts: t.prismaField({
      type: [Contact],
      description: 'The contacts that held it, now empty; none where the store held nothing.',
      resolve: (query, { contactIds }, _args, { database, viewer: { workspaceId } }) =>
        database.prisma.contact.findMany({ ...query, where: { workspaceId, id: { in: [...contactIds] } } }),
    }),
    externalIds: t.stringList({
      description: 'HubSpot contact ids that the sync leaves alone from now on.',
      resolve: ({ hubspotIds }) => hubspotIds.map(String),
    }),
  }),
})

const EraseContactBy = builder.inputType('EraseContactBy', {
  description: 'Exactly one way to name the contact.',
  isOneOf: true,
  fields: (t) => ({
    id: t.globalID({ description: 'Its global id.' }),
    externalId: t.string({ description: 'Its HubSpot contact id, also one that the store does not hold.' }),
  }),
})

builder.mutationField('eraseContact', (t) =>
  t.field({
    type: EraseContactPayload,
    nullable: true,
    description:
      'Erases what is held of a person who was deleted for privacy in HubSpot: name, handles, links, custom fields, and what errors say. Cannot be undone; no sync brings the person back. For admins.',
    args: { by: t.arg({ type: EraseContactBy, required: true }) },
    errors: { types: [NotFoundError] },
    resolve: (_root, { by }, { sync, viewer }) =>
      eraseContact(sync, viewer, {
        contactId: by.id == null ? null : rowId(by.id, 'Contact', ['by', 'id']),
        externalId: by.externalId,
      }),
  }),
)
