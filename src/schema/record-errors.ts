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
  description: 'A field whose value comes from HubSpot.',
  fields: (t) => ({
    field: t.exposeString('field', {
      description: 'Name of the field of Contact or Account, or "customFields." followed by the key of a custom field.',
    }),
    property: t.exposeString('property', {
      description: 'Internal name of the HubSpot property that fills the field.',
    }),
    editUrl: t.exposeString('editUrl', {
      nullable: true,
      description: 'URL for editing the value in HubSpot. Null if no portal is connected.',
    }),
  }),
})

builder.objectType(HubSpotOwnedFieldError, {
  name: 'HubSpotOwnedFieldError',
  description: 'The input contains fields that come from HubSpot. Nothing was changed. Code HUBSPOT_OWNED_FIELD.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    fields: t.expose('fields', {
      type: [OwnedFieldType],
      description: 'The fields that come from HubSpot, each with its HubSpot property and the URL for editing it.',
    }),
    editUrl: t.string({
      nullable: true,
      description: 'URL for editing the record in HubSpot. Null if no portal is connected.',
      resolve: ({ fields }) => fields[0]?.editUrl ?? null,
    }),
  }),
})

builder.objectType(HandleTakenError, {
  name: 'HandleTakenError',
  description: 'Another shared contact has the handle. Nothing was changed. Code HANDLE_TAKEN.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    source: t.expose('source', { type: HandleSourceEnum, description: 'Type of the handle.' }),
    value: t.exposeString('value', { description: 'The handle, in normalized form.' }),
    heldBy: t.prismaField({
      type: Contact,
      nullable: true,
      description: 'Contact that has the handle. Null if it was deleted in the meantime.',
      resolve: (query, { heldById: id }, _args, { database, viewer }) =>
        database.prisma.contact.findUnique({ ...query, where: { ...visibleContacts(viewer), id } }),
    }),
  }),
})

builder.objectType(DomainTakenError, {
  name: 'DomainTakenError',
  description: 'Another account has the domain. Nothing was changed. Code DOMAIN_TAKEN.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    domain: t.exposeString('domain', { description: 'The domain, in normalized form.' }),
    heldBy: t.prismaField({
      type: Account,
      nullable: true,
      description: 'Account that has the domain. Null if it was deleted in the meantime.',
      resolve: (query, { heldById: id }, _args, { database, viewer }) =>
        database.prisma.account.findUnique({ ...query, where: { id, workspaceId: viewer.workspaceId } }),
    }),
  }),
})

/** The errors of every mutation that changes an existing record. */
export const recordErrors = [NotFoundError, HubSpotOwnedFieldError]
