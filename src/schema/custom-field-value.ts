import { completeValue, type MaybePromise } from '@pothos/core'
import type { CustomField } from '../generated/prisma/client.ts'
import type { ObjectType } from '../generated/prisma/enums.ts'
import { ownValue } from '../records/own-value.ts'
import { builder } from './builder.ts'
import { CustomFieldTypeEnum } from './custom-field.ts'
import { cost } from './support/field-cost.ts'
import { ahead } from './support/read-once.ts'
import type { SharedReads } from './support/shared-reads.ts'

interface ValueOfField {
  readonly field: CustomField
  readonly value: unknown
}

export const CustomFieldValue = builder.objectRef<ValueOfField>('CustomFieldValue').implement({
  description: 'The value of one custom field of a contact or account.',
  fields: (t) => ({
    key: t.string({ description: 'Stable key of the custom field.', resolve: ({ field }) => field.key }),
    name: t.string({ description: 'Display name of the custom field.', resolve: ({ field }) => field.name }),
    type: t.field({
      type: CustomFieldTypeEnum,
      description: 'Type of the value.',
      resolve: ({ field }) => field.type,
    }),
    value: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The value. Null if it is empty.',
      extensions: cost({ own: 1 }),
      resolve: ({ value }) => value,
    }),
  }),
})

/** The workspace's custom fields with the values of one record, oldest field first. */
export function customFieldValues(
  reads: SharedReads,
  objectType: ObjectType,
  record: { readonly workspaceId: string; readonly customFields: unknown },
): MaybePromise<ValueOfField[]> {
  const values = record.customFields as Record<string, unknown>
  return completeValue(reads.customFields(record.workspaceId), (fields) =>
    fields
      .filter((field) => field.objectType === objectType)
      .map((field) => ({ field, value: ownValue(values, field.key) ?? null })),
  )
}

export const readsCustomFields = ahead(({ reads, viewer }) => reads.customFields(viewer.workspaceId))

export const CustomFieldValueInput = builder.inputType('CustomFieldValueInput', {
  description: 'A new value for a custom field.',
  fields: (t) => ({
    key: t.string({ required: true, description: 'Key of the custom field.' }),
    value: t.field({
      type: 'JSON',
      description: "New value, in the JSON form of the field's type. Null clears the field.",
    }),
  }),
})
