import { addContactHandle, removeContactHandle } from '../contacts/contact-handles.ts'
import { deleteContact } from '../contacts/delete-contact.ts'
import { createContact, updateContact } from '../contacts/save-contact.ts'
import { ForbiddenError, HandleTakenError, InvalidInputError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { HandleInput } from './contact-handle.ts'
import { Contact } from './contact-ref.ts'
import type { GraphQLContext } from './context.ts'
import { CustomFieldValueInput } from './custom-field-value.ts'
import { DeletedRecordType, recordErrors } from './record-errors.ts'
import { type GlobalId, rowId } from './support/global-ids.ts'

const CreateContactInput = builder.inputType('CreateContactInput', {
  description: 'A new contact.',
  fields: (t) => ({
    name: t.string({ description: 'Full name, at most 500 characters.' }),
    description: t.string({ description: 'Free text, at most 50,000 characters.' }),
    avatarUrl: t.string({ description: 'http or https address of a picture.' }),
    links: t.stringList({ description: 'Web addresses, in order; at most 100.' }),
    handles: t.field({ type: [HandleInput], description: 'Addresses in any notation; at most 100.' }),
    accountId: t.globalID({ description: 'The account that it belongs to.' }),
    customFields: t.field({ type: [CustomFieldValueInput], description: 'Values of custom fields.' }),
    externalId: t.string({
      description: 'HubSpot contact id that it is to be linked with by the next run that meets it.',
    }),
    isPrivate: t.boolean({
      defaultValue: false,
      description: 'Whether only the viewer sees it, for good; the sync leaves private contacts alone.',
    }),
  }),
})

const UpdateContactInput = builder.inputType('UpdateContactInput', {
  description: 'What is to change: what is left out stays, null empties. Handles have mutations of their own.',
  fields: (t) => ({
    name: t.string({ description: 'Full name, at most 500 characters.' }),
    description: t.string({ description: 'Free text, at most 50,000 characters.' }),
    avatarUrl: t.string({ description: 'http or https address of a picture.' }),
    links: t.stringList({ description: 'All of its web addresses, in order; at most 100.' }),
    accountId: t.globalID({
      description:
        'The account that it belongs to. One that is set here stays, whatever HubSpot says; null detaches it.',
    }),
    customFields: t.field({
      type: [CustomFieldValueInput],
      description: 'Values of custom fields; fields that are not named stay.',
    }),
    externalId: t.string({ description: 'HubSpot contact id; cannot be changed while the contact is linked.' }),
  }),
})

const idArg = { required: true, description: 'Global id of the contact.' } as const

builder.mutationFields((t) => ({
  createContact: t.field({
    type: Contact,
    description: 'Creates a contact, shared with the whole workspace unless it is private.',
    args: { input: t.arg({ type: CreateContactInput, required: true }) },
    errors: { types: [InvalidInputError, HandleTakenError] },
    resolve: async (_root, { input }, context) => {
      const given = { ...input, accountId: accountRowId(input.accountId) }
      return find(context, await createContact(context.sync, context.viewer, given))
    },
  }),
  updateContact: t.field({
    type: Contact,
    description: 'Changes a contact. Fields that HubSpot feeds are refused with where they are edited.',
    args: { id: t.arg.globalID(idArg), input: t.arg({ type: UpdateContactInput, required: true }) },
    errors: { types: recordErrors },
    resolve: async (_root, { id, input }, context) => {
      const contactId = rowId(id, 'Contact')
      const given = { ...input, accountId: accountRowId(input.accountId) }
      await updateContact(context.sync, context.viewer, contactId, given)
      return find(context, contactId)
    },
  }),
  deleteContact: t.field({
    type: DeletedRecordType,
    description:
      'Deletes a contact. If it is linked, the next run creates it again, unless it is excluded from the sync as well.',
    args: {
      id: t.arg.globalID(idArg),
      excludeFromSync: t.arg.boolean({
        defaultValue: false,
        description: 'Has the sync leave its HubSpot contact alone from now on. For admins.',
      }),
    },
    errors: { types: [...recordErrors, ForbiddenError] },
    resolve: async (_root, { id, excludeFromSync }, { sync, viewer }) => {
      const contactId = rowId(id, 'Contact')
      await deleteContact(sync, viewer, contactId, { excludeFromSync: excludeFromSync === true })
      return { typename: 'Contact' as const, id: contactId }
    },
  }),
  addContactHandle: t.field({
    type: Contact,
    description: 'Adds a handle to a contact; the sync never removes it. One that it has already stays as it is.',
    args: {
      id: t.arg.globalID(idArg),
      handle: t.arg({ type: HandleInput, required: true, description: 'The address in any notation.' }),
    },
    errors: { types: [...recordErrors, HandleTakenError] },
    resolve: async (_root, { id, handle }, context) => {
      const contactId = rowId(id, 'Contact')
      await addContactHandle(context.sync, context.viewer, contactId, handle)
      return find(context, contactId)
    },
  }),
  removeContactHandle: t.field({
    type: Contact,
    description: 'Removes a handle from a contact. One that comes from HubSpot is refused with where it is edited.',
    args: {
      id: t.arg.globalID(idArg),
      handle: t.arg({ type: HandleInput, required: true, description: 'The address in any notation.' }),
    },
    errors: { types: recordErrors },
    resolve: async (_root, { id, handle }, context) => {
      const contactId = rowId(id, 'Contact')
      await removeContactHandle(context.sync, context.viewer, contactId, handle)
      return find(context, contactId)
    },
  }),
}))

function accountRowId(id: GlobalId | null | undefined): string | null | undefined {
  return id == null ? id : rowId(id, 'Account')
}

function find({ database, viewer }: GraphQLContext, id: string) {
  return database.prisma.contact.findUniqueOrThrow({ where: { id, workspaceId: viewer.workspaceId } })
}
