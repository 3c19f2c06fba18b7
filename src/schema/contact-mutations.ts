import { addContactHandle, removeContactHandle } from '../contacts/contact-handles.ts'
import { deleteContact } from '../contacts/delete-contact.ts'
import { createContact, updateContact } from '../contacts/save-contact.ts'
import { HandleTakenError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { HandleInput } from './contact-handle.ts'
import { Contact } from './contact-ref.ts'
import { CustomFieldValueInput } from './custom-field-value.ts'
import { deletionPayload } from './deletion-payload.ts'
import { recordErrors } from './record-errors.ts'
import { encodeGlobalId, inputRowId, rowId } from './support/global-ids.ts'

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

const CreateContactPayload = contactPayload('CreateContactPayload', 'A new contact.')
const UpdateContactPayload = contactPayload('UpdateContactPayload', 'A changed contact.')
const DeleteContactPayload = deletionPayload('DeleteContactPayload', 'A deleted contact.')
const AddContactHandlePayload = contactPayload('AddContactHandlePayload', 'A contact with the new handle.')
const RemoveContactHandlePayload = contactPayload('RemoveContactHandlePayload', 'A contact without the handle.')

/** `Shape` is the contact's row id. */
function contactPayload(name: string, description: string) {
  return builder.objectRef<string>(name).implement({
    description,
    fields: (t) => ({
      contact: t.prismaField({
        type: Contact,
        description: 'The contact.',
        resolve: (query, id, _args, { database, viewer: { workspaceId } }) =>
          database.prisma.contact.findUniqueOrThrow({ ...query, where: { id, workspaceId } }),
      }),
    }),
  })
}

const idArg = { required: true, description: 'Global id of the contact.' } as const

builder.mutationFields((t) => ({
  createContact: t.field({
    type: CreateContactPayload,
    nullable: true,
    description: 'Creates a contact, shared with the whole workspace unless it is private.',
    args: { input: t.arg({ type: CreateContactInput, required: true }) },
    errors: { types: [HandleTakenError] },
    resolve: (_root, { input }, { sync, viewer }) =>
      createContact(sync, viewer, { ...input, accountId: inputRowId(input.accountId, 'Account', ['accountId']) }),
  }),
  updateContact: t.field({
    type: UpdateContactPayload,
    nullable: true,
    description: 'Changes a contact. Fields that HubSpot feeds are refused with where they are edited.',
    args: { id: t.arg.globalID(idArg), input: t.arg({ type: UpdateContactInput, required: true }) },
    errors: { types: recordErrors },
    resolve: async (_root, { id, input }, { sync, viewer }) => {
      const contactId = rowId(id, 'Contact')
      const accountId = inputRowId(input.accountId, 'Account', ['accountId'])
      await updateContact(sync, viewer, contactId, { ...input, accountId })
      return contactId
    },
  }),
  deleteContact: t.field({
    type: DeleteContactPayload,
    nullable: true,
    description:
      'Deletes a contact. If it is linked, the next run creates it again, unless it is excluded from the sync as well.',
    args: {
      id: t.arg.globalID(idArg),
      excludeFromSync: t.arg.boolean({
        defaultValue: false,
        description: 'Has the sync leave its HubSpot contact alone from now on. For admins.',
      }),
    },
    errors: { types: recordErrors },
    resolve: async (_root, { id, excludeFromSync }, { sync, viewer }) => {
      const contactId = rowId(id, 'Contact')
      await deleteContact(sync, viewer, contactId, { excludeFromSync: excludeFromSync === true })
      return encodeGlobalId('Contact', contactId)
    },
  }),
  addContactHandle: t.field({
    type: AddContactHandlePayload,
    nullable: true,
    description: 'Adds a handle to a contact; the sync never removes it. One that it has already stays as it is.',
    args: {
      id: t.arg.globalID(idArg),
      handle: t.arg({ type: HandleInput, required: true, description: 'The address in any notation.' }),
    },
    errors: { types: [...recordErrors, HandleTakenError] },
    resolve: async (_root, { id, handle }, { sync, viewer }) => {
      const contactId = rowId(id, 'Contact')
      await addContactHandle(sync, viewer, contactId, handle)
      return contactId
    },
  }),
  removeContactHandle: t.field({
    type: RemoveContactHandlePayload,
    nullable: true,
    description: 'Removes a handle from a contact. One that comes from HubSpot is refused with where it is edited.',
    args: {
      id: t.arg.globalID(idArg),
      handle: t.arg({ type: HandleInput, required: true, description: 'The address in any notation.' }),
    },
    errors: { types: recordErrors },
    resolve: async (_root, { id, handle }, { sync, viewer }) => {
      const contactId = rowId(id, 'Contact')
      await removeContactHandle(sync, viewer, contactId, handle)
      return contactId
    },
  }),
}))
