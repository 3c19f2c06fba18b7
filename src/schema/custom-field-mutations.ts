import { deleteCustomField } from '../custom-fields/delete-custom-field.ts'
import { createCustomField, updateCustomField } from '../custom-fields/manage-custom-fields.ts'
import type { CustomField as FieldRow } from '../generated/prisma/client.ts'
import { NotFoundError, SyncStateError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { CustomField, CustomFieldTypeEnum } from './custom-field.ts'
import { deletionPayload } from './deletion-payload.ts'
import { ObjectTypeEnum } from './object-type.ts'
import { encodeGlobalId, rowId } from './support/global-ids.ts'

const CreateCustomFieldInput = builder.inputType('CreateCustomFieldInput', {
  description: 'A new custom field.',
  fields: (t) => ({
    objectType: t.field({ type: ObjectTypeEnum, required: true, description: 'What is to carry the field.' }),
    name: t.string({ required: true, description: 'What people call it; its key follows from it.' }),
    type: t.field({ type: CustomFieldTypeEnum, required: true, description: 'What it is to hold.' }),
    options: t.stringList({ description: 'Allowed values, in order; for ENUM alone.' }),
  }),
})

const UpdateCustomFieldInput = builder.inputType('UpdateCustomFieldInput', {
  description: 'What is to change; what is left out stays. Key and type never change.',
  fields: (t) => ({
    name: t.string({ description: 'What people call it.' }),
    options: t.stringList({
      description: 'All allowed values, in order; for ENUM alone. Records keep a value that is no longer among them.',
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

const idArg = { required: true, description: 'Global id of the field.' } as const

builder.mutationFields((t) => ({
  createCustomField: t.field({
    type: CreateCustomFieldPayload,
    nullable: true,
    description: 'Adds a custom field, to which HubSpot properties can then be mapped. For admins.',
    args: { input: t.arg({ type: CreateCustomFieldInput, required: true }) },
    errors: {},
    resolve: (_root, { input }, { database, viewer }) =>
      createCustomField(database, viewer, { ...input, options: input.options ?? [] }),
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
      'Deletes a custom field and its values everywhere. Refused while a HubSpot property is mapped to it. For admins.',
    args: { id: t.arg.globalID(idArg) },
    errors: { types: [NotFoundError, SyncStateError] },
    resolve: async (_root, { id }, { sync, viewer }) => {
      const fieldId = rowId(id, 'CustomField')
      await deleteCustomField(sync, viewer, fieldId)
      return encodeGlobalId('CustomField', fieldId)
    },
  }),
}))
