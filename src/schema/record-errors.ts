import {
  DomainTakenError,
  HandleTakenError,
  HubSpotOwnedFieldError,
  NotFoundError,
  type OwnedField,
} from '../user-errors.ts'
import { Account } from './account.ts'
import { builder } from './builder.ts'
import { HandleSourceEnum } from './contact-handle.ts'
import { Contact } from './contact-ref.ts'
import { visibleContacts } from './support/visible-contacts.ts'
import { UserErrorInterface } from './user-error.ts'

const OwnedFieldType = builder.objectRef<OwnedField>('HubSpotOwnedField').implement({
  description: 'A field that HubSpot feeds.',
  fields: (t) => ({
    field: t.exposeString('field', {
      description: 'Name of the field of Contact or Account; of a custom field "customFields." and its key.',
    }),
    property: t.exposeString('property', { description: "HubSpot's internal name of the property that feeds it." }),
    editUrl: t.exposeString('editUrl', {
      nullable: true,
      description: 'Where it is edited instead; null where no portal is known any more.',
    }),
  }),
})

builder.objectType(HubSpotOwnedFieldError, {
  name: 'HubSpotOwnedFieldError',
  description: 'HubSpot feeds fields that were to be written; nothing was. Code HUBSPOT_OWNED_FIELD.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    fields: t.expose('fields', {
      type: [OwnedFieldType],
      description: 'Those fields, each with the property that feeds it and where it is edited.',
    }),
    editUrl: t.string({
      nullable: true,
      description: 'Where the record is edited in HubSpot; null where no portal is known any more.',
      resolve: ({ fields }) => fields[0]?.editUrl ?? null,
    }),
  }),
})

builder.objectType(HandleTakenError, {
  name: 'HandleTakenError',
  description: 'Another shared contact has the handle; nothing was written. Code HANDLE_TAKEN.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    source: t.expose('source', { type: HandleSourceEnum, description: 'What kind of address the handle is.' }),
    value: t.exposeString('value', { description: 'The handle in its normal form.' }),
    heldBy: t.prismaField({
      type: Contact,
      nullable: true,
      description: 'The contact that has it; null if it was deleted in the meantime.',
      resolve: (query, { heldById: id }, _args, { database, viewer }) =>
        database.prisma.contact.findUnique({ ...query, where: { ...visibleContacts(viewer), id } }),
    }),
  }),
})

builder.objectType(DomainTakenError, {
  name: 'DomainTakenError',
  description: 'Another account has the domain; nothing was written. Code DOMAIN_TAKEN.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    domain: t.exposeString('domain', { description: 'The domain in its normal form.' }),
    heldBy: t.prismaField({
      type: Account,
      nullable: true,
      description: 'The account that has it; null if it was deleted in the meantime.',
      resolve: (query, { heldById: id }, _args, { database, viewer }) =>
        database.prisma.account.findUnique({ ...query, where: { id, workspaceId: viewer.workspaceId } }),
    }),
  }),
})

/** What every change by hand of a record that there is can fail with. */
export const recordErrors = [NotFoundError, HubSpotOwnedFieldError]
