import { deleteCustomField } from '../custom-fields/delete-custom-field.ts'
import { createCustomField, updateCustomField } from '../custom-fields/manage-custom-fields.ts'
import type { CustomField as FieldRow } from '../generated/prisma/client.ts'
import { NotFoundError, SyncStateError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { CustomField, CustomFieldTypeEnum } from './custom-field.ts'
import { deletionPayload } from './deletion-payload.ts'
import { ObjectTypeEnum } from './object-type.ts'
import { createOnce, repeatableByUser } from './support/client-mutation-id.ts'
import { encodeGlobalId, rowId } from './support/global-ids.ts'

const CreateCustomFieldInput = builder.inputType('CreateCustomFieldInput', {
  description: 'A new custom field.',
  fields: (t) => ({
    objectType: t.field({
      type: ObjectTypeEnum,
      required: true,
      description: 'Type of record that the field is added to.',
    }),
    name: t.string({ required: true, description: 'Display name. The key of the field is made from it.' }),
    type: t.field({ type: CustomFieldTypeEnum, required: true, description: 'Type of the values.' }),
    options: t.stringList({ description: 'Allowed values, in order. ENUM fields only.' }),
  }),
})

const UpdateCustomFieldInput = builder.inputType('UpdateCustomFieldInput', {
  description: 'Changes to a custom field. An omitted value stays as it is. Key and type cannot be changed.',
  fields: (t) => ({
    name: t.string({ description: 'Display name.' }),
    options: t.stringList({
      description:
        'Complete list of allowed values, in order. ENUM fields only. Records keep a value that is no longer allowed.',
    }),
  }),
})

const CreateCustomFieldPayload = fieldPayload('CreateCustomFieldPayload', 'A new custom field.')
const UpdateCustomFieldPayload = fieldPayload('UpdateCustomFieldPayload', 'A changed custom field.')
const DeleteCustomFieldPayload = deletionPayload('DeleteCustomFieldPayload', 'A deleted custom field.')

function fieldPayload(name: string, description: string) {
  return builder.objectRef<FieldRow>(name).implement({
    description,
    fields: (t) => ({
      customField: t.field({ type: CustomField, description: 'The custom field.', resolve: (field) => field }),
    }),
  })
}

const idArg = { required: true, description: 'Global id of the custom field.' } as const

builder.mutationFields((t) => ({
  createCustomField: t.field({
    type: CreateCustomFieldPayload,
    nullable: true,
    description: 'Adds a custom field that HubSpot properties can be mapped to. For admins.',
    args: {
      input: t.arg({ type: CreateCustomFieldInput, required: true }),
      clientMutationId: t.arg.string(repeatableByUser),
    },
    errors: { types: [NotFoundError] },
    resolve: (_root, { input, clientMutationId: key }, context) => {
      const { database, viewer } = context
      return createOnce(
        context,
        { mutation: 'createCustomField', key },
        // No two fields have the same key, so it cannot be created twice.
        async () => (await createCustomField(database, viewer, { ...input, options: input.options ?? [] })).id,
        (id, { workspaceId }) => database.prisma.customField.findUnique({ where: { id, workspaceId } }),
      )
    },
  }),
  updateCustomField: t.field({
    type: UpdateCustomFieldPayload,
    nullable: true,
    description: 'Renames a custom field or changes its options. For admins.',
    args: { id: t.arg.globalID(idArg), input: t.arg({ type: UpdateCustomFieldInput, required: true }) },
    errors: { types: [NotFoundError] },
    resolve: (_root, { id, input }, { database, viewer }) =>
      updateCustomField(database, viewer, rowId(id, 'CustomField'), input),
  }),
  deleteCustomField: t.field({
    type: DeleteCustomFieldPayload,
    nullable: true,
    description:
      'Deletes a custom field and its values in all records. Rejected while a HubSpot property is mapped to it. For admins.',
    args: { id: t.arg.globalID(idArg) },
    errors: { types: [NotFoundError, SyncStateError] },
    resolve: async (_root, { id }, { sync, viewer }) => {
      const fieldId = rowId(id, 'CustomField')
      await deleteCustomField(sync, viewer, fieldId)
      return encodeGlobalId('CustomField', fieldId)
    },
  }),
}))
