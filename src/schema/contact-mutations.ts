import { addContactHandle, removeContactHandle } from '../contacts/contact-handles.ts'
import { deleteContact } from '../contacts/delete-contact.ts'
import { createContact, updateContact } from '../contacts/save-contact.ts'
import { type Upserted, upsertContact } from '../contacts/upsert-contact.ts'
import { HandleTakenError, HubSpotOwnedFieldError, NotFoundError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { HandleInput } from './contact-handle.ts'
import { Contact } from './contact-ref.ts'
import { CustomFieldValueInput } from './custom-field-value.ts'
import { deletionPayload } from './deletion-payload.ts'
import { recordErrors } from './record-errors.ts'
import { createOnce, repeatableByUser } from './support/client-mutation-id.ts'
import { encodeGlobalId, inputRowId, rowId } from './support/global-ids.ts'

const CreateContactInput = builder.inputType('CreateContactInput', {
  description: 'A new contact.',
  fields: (t) => ({
    name: t.string({ description: 'Full name. At most 500 characters.' }),
    description: t.string({ description: 'Free text. At most 50,000 characters.' }),
    avatarUrl: t.string({ description: 'URL of a picture. The scheme must be http or https.' }),
    links: t.stringList({ description: 'Web links, in order. At most 100.' }),
    handles: t.field({ type: [HandleInput], description: 'Handles, in any notation. At most 100.' }),
    accountId: t.globalID({ description: 'Account of the contact.' }),
    customFields: t.field({ type: [CustomFieldValueInput], description: 'Values of custom fields.' }),
    externalId: t.string({
      description: 'HubSpot contact id. The next run that finds that HubSpot contact links it to this contact.',
    }),
    isPrivate: t.boolean({
      defaultValue: false,
      description: 'If true, only the viewer sees the contact, and the sync ignores it. Cannot be changed later.',
    }),
  }),
})

const UpdateContactInput = builder.inputType('UpdateContactInput', {
  description:
    'Changes to a contact. An omitted field stays as it is; null clears a field. Use `addContactHandle` and `removeContactHandle` for handles.',
  fields: (t) => ({
    name: t.string({ description: 'Full name. At most 500 characters.' }),
    description: t.string({ description: 'Free text. At most 50,000 characters.' }),
    avatarUrl: t.string({ description: 'URL of a picture. The scheme must be http or https.' }),
    links: t.stringList({ description: 'Complete list of web links, in order. At most 100.' }),
    accountId: t.globalID({
      description:
        'Account of the contact. The sync never overwrites an account that is set here. Null removes the contact from its account.',
    }),
    customFields: t.field({
      type: [CustomFieldValueInput],
      description: 'Values of custom fields. Omitted custom fields stay as they are.',
    }),
    externalId: t.string({ description: 'HubSpot contact id. Cannot be changed while the contact is linked.' }),
  }),
})

const ContactKey = builder.inputType('ContactKey', {
  description: 'What a shared contact is found by, or created with. Provide exactly one.',
  isOneOf: true,
  fields: (t) => ({
    handle: t.field({ type: HandleInput, description: 'One of its handles, in any notation.' }),
    externalId: t.string({
      description: 'HubSpot contact id. An id that was merged into another one also finds the contact.',
    }),
  }),
})

const UpsertContactInput = builder.inputType('UpsertContactInput', {
  description: 'Values of a contact. An omitted field stays as it is; null clears a field.',
  fields: (t) => ({
    name: t.string({ description: 'Full name. At most 500 characters.' }),
    description: t.string({ description: 'Free text. At most 50,000 characters.' }),
    avatarUrl: t.string({ description: 'URL of a picture. The scheme must be http or https.' }),
    links: t.stringList({ description: 'Complete list of web links, in order. At most 100.' }),
    handles: t.field({
      type: [HandleInput],
      description: 'Handles to add, in any notation. At most 100. The contact keeps its other handles.',
    }),
    accountId: t.globalID({
      description:
        'Account of the contact. The sync never overwrites an account that is set here. Null removes the contact from its account.',
    }),
    customFields: t.field({
      type: [CustomFieldValueInput],
      description: 'Values of custom fields. Omitted custom fields stay as they are.',
    }),
    externalId: t.string({
      description:
        'HubSpot contact id, for a contact that is found by a handle. Cannot be changed while the contact is linked.',
    }),
  }),
})

const CreateContactPayload = contactPayload('CreateContactPayload', 'A new contact.')
const UpdateContactPayload = contactPayload('UpdateContactPayload', 'A changed contact.')
const DeleteContactPayload = deletionPayload('DeleteContactPayload', 'A deleted contact.')
const AddContactHandlePayload = contactPayload('AddContactHandlePayload', 'The contact with its new handle.')
const RemoveContactHandlePayload = contactPayload(
  'RemoveContactHandlePayload',
  'The contact without the removed handle.',
)

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

const UpsertContactPayload = builder.objectRef<Upserted>('UpsertContactPayload').implement({
  description: 'A contact that was created or changed.',
  fields: (t) => ({
    contact: t.prismaField({
      type: Contact,
      description: 'The contact.',
      resolve: (query, { id }, _args, { database, viewer: { workspaceId } }) =>
        database.prisma.contact.findUniqueOrThrow({ ...query, where: { id, workspaceId } }),
    }),
    created: t.exposeBoolean('isCreated', {
      description: 'True if this call created the contact. False if it already existed.',
    }),
  }),
})

const idArg = { required: true, description: 'Global id of the contact.' } as const

builder.mutationFields((t) => ({
  createContact: t.field({
    type: CreateContactPayload,
    nullable: true,
    description: 'Creates a contact. It is shared with the whole workspace unless `isPrivate` is true.',
    args: {
      input: t.arg({ type: CreateContactInput, required: true }),
      clientMutationId: t.arg.string(repeatableByUser),
    },
    errors: { types: [HandleTakenError, NotFoundError] },
    resolve: (_root, { input, clientMutationId: key }, context) => {
      const { database, sync, viewer } = context
      const given = { ...input, accountId: inputRowId(input.accountId, 'Account', ['accountId']) }
      return createOnce(
        context,
        { mutation: 'createContact', key },
        (keep) => createContact(sync, viewer, given, keep),
        async (id, { workspaceId }) => {
          const where = { id, workspaceId }
          return (await database.prisma.contact.findUnique({ where, select: { id: true } }))?.id ?? null
        },
      )
    },
  }),
  updateContact: t.field({
    type: UpdateContactPayload,
    nullable: true,
    description: 'Changes a contact. Rejects fields that come from HubSpot and returns the URL for editing them.',
    args: { id: t.arg.globalID(idArg), input: t.arg({ type: UpdateContactInput, required: true }) },
    errors: { types: recordErrors },
    resolve: async (_root, { id, input }, { sync, viewer }) => {
      const contactId = rowId(id, 'Contact')
      const accountId = inputRowId(input.accountId, 'Account', ['accountId'])
      await updateContact(sync, viewer, contactId, { ...input, accountId })
      return contactId
    },
  }),
  upsertContact: t.field({
    type: UpsertContactPayload,
    nullable: true,
    description:
      'Changes the shared contact with the given handle or HubSpot id, or creates it if there is none. Safe to repeat, and to call from several places at once. Rejects fields that come from HubSpot and returns the URL for editing them.',
    args: {
      by: t.arg({ type: ContactKey, required: true }),
      input: t.arg({ type: UpsertContactInput, required: true }),
    },
    errors: { types: [HubSpotOwnedFieldError, HandleTakenError] },
    resolve: (_root, { by, input }, { sync, viewer }) =>
      upsertContact(sync, viewer, by, { ...input, accountId: inputRowId(input.accountId, 'Account', ['accountId']) }),
  }),
  deleteContact: t.field({
    type: DeleteContactPayload,
    nullable: true,
    description:
      'Deletes a contact. The next run creates a linked contact again, unless the contact is also excluded from the sync.',
    args: {
      id: t.arg.globalID(idArg),
      excludeFromSync: t.arg.boolean({
        defaultValue: false,
        description: 'If true, the sync ignores the HubSpot contact from now on. For admins.',
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
    description:
      'Adds a handle to a contact. The sync never removes the handle. Does nothing if the contact already has it.',
    args: {
      id: t.arg.globalID(idArg),
      handle: t.arg({ type: HandleInput, required: true, description: 'The handle, in any notation.' }),
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
    description:
      'Removes a handle from a contact. Rejects a handle that comes from HubSpot and returns the URL for editing it.',
    args: {
      id: t.arg.globalID(idArg),
      handle: t.arg({ type: HandleInput, required: true, description: 'The handle, in any notation.' }),
    },
    errors: { types: recordErrors },
    resolve: async (_root, { id, handle }, { sync, viewer }) => {
      const contactId = rowId(id, 'Contact')
      await removeContactHandle(sync, viewer, contactId, handle)
      return contactId
    },
  }),
}))
