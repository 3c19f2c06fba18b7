import { eraseContact } from '../sync/privacy/erase-contact.ts'
import type { ErasedPerson } from '../sync/privacy/erase-person.ts'
import { NotFoundError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { Contact } from './contact-ref.ts'
import { rowId } from './support/global-ids.ts'

const EraseContactPayload = builder.objectRef<ErasedPerson>('EraseContactPayload').implement({
  description: "The result of erasing a person's data.",
  fields: (t) => ({
    contacts: t.prismaField({
      type: [Contact],
      description: 'Contacts that held the data, now empty. An empty list if there was no such contact.',
      resolve: (query, { contactIds }, _args, { database, viewer: { workspaceId } }) =>
        database.prisma.contact.findMany({ ...query, where: { workspaceId, id: { in: [...contactIds] } } }),
    }),
    externalIds: t.stringList({
      description: 'HubSpot contact ids that the sync excludes from now on.',
      resolve: ({ hubspotIds }) => hubspotIds.map(String),
    }),
  }),
})

const EraseContactBy = builder.inputType('EraseContactBy', {
  description: 'The key to find a person by. Provide exactly one.',
  isOneOf: true,
  fields: (t) => ({
    id: t.globalID({ description: 'Global id.' }),
    externalId: t.string({ description: 'HubSpot contact id. It also works if there is no contact with this id.' }),
  }),
})

builder.mutationField('eraseContact', (t) =>
  t.field({
    type: EraseContactPayload,
    nullable: true,
    description:
      'Erases the data of a person who was deleted in HubSpot for privacy reasons: name, handles, links, custom fields, and the messages of errors. This cannot be undone, and no sync brings the person back. For admins.',
    args: { by: t.arg({ type: EraseContactBy, required: true }) },
    errors: { types: [NotFoundError] },
    resolve: (_root, { by }, { sync, viewer }) =>
      eraseContact(sync, viewer, {
        contactId: by.id == null ? null : rowId(by.id, 'Contact', ['by', 'id']),
        externalId: by.externalId,
      }),
  }),
)
