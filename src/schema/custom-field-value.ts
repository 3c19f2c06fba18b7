import type { CustomField } from '../generated/prisma/client.ts'
import type { ObjectType } from '../generated/prisma/enums.ts'
import { ownValue } from '../records/own-value.ts'
import { builder } from './builder.ts'
import { CustomFieldTypeEnum } from './custom-field.ts'
import { cost } from './support/field-cost.ts'
import type { SharedReads } from './support/shared-reads.ts'

interface ValueOfField {
  readonly field: CustomField
  readonly value: unknown
}

export const CustomFieldValue = builder.objectRef<ValueOfField>('CustomFieldValue').implement({
  description: 'What a contact or account holds in one custom field.',
  fields: (t) => ({
    key: t.string({ description: 'Stable key of the field.', resolve: ({ field }) => field.key }),
    name: t.string({ description: 'What people call the field.', resolve: ({ field }) => field.name }),
    type: t.field({
      type: CustomFieldTypeEnum,
      description: 'What it holds, and so the form of its value.',
      resolve: ({ field }) => field.type,
    }),
    value: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The value; null where it is empty.',
      extensions: cost({ own: 1 }),
      resolve: ({ value }) => value,
    }),
  }),
})

/** The workspace's fields with the values of one record, oldest field first. */
export async function customFieldValues(
  reads: SharedReads,
  objectType: ObjectType,
  record: { readonly workspaceId: string; readonly customFields: unknown },
): Promise<ValueOfField[]> {
  const values = record.customFields as Record<string, unknown>
  const fields = await reads.customFields(record.workspaceId)
  return fields
    .filter((field) => field.objectType === objectType)
    .map((field) => ({ field, value: ownValue(values, field.key) ?? null }))
}

export const CustomFieldValueInput = builder.inputType('CustomFieldValueInput', {
  description: 'What one custom field is to hold.',
  fields: (t) => ({
    key: t.string({ required: true, description: 'Key of the field.' }),
    value: t.field({
      type: 'JSON',
      description: "The value in the form of the field's type; of TEAMMATE the e-mail address. Null empties it.",
    }),
  }),
})
