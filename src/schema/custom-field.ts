import { listCustomFields } from '../custom-fields/manage-custom-fields.ts'
import { builder } from './builder.ts'
import { ObjectTypeEnum } from './object-type.ts'
import { cost, customFieldsCost } from './support/field-cost.ts'

export const CustomFieldTypeEnum = builder.enumType('CustomFieldType', {
  description: 'The type of a custom field, which also determines the JSON form of its values.',
  values: {
    STRING: { description: 'Text.' },
    NUMBER: { description: 'A JSON number.' },
    BOOLEAN: { description: '`true` or `false`.' },
    DATETIME: { description: 'A date and time, as ISO 8601 text in UTC.' },
    ENUM: { description: "One of the field's options, as text." },
    TEAMMATE: { description: 'A teammate, given as a lowercase email address.' },
  },
})

export const CustomField = builder.prismaNode('CustomField', {
  description: 'A field that the workspace added to its contacts or accounts.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, workspaceId: viewer.workspaceId }),
  fields: (t) => ({
    objectType: t.expose('objectType', { type: ObjectTypeEnum, description: 'Type of record that has the field.' }),
    key: t.exposeString('key', { description: 'Stable key, made from the first display name.' }),
    name: t.exposeString('name', { description: 'Display name.' }),
    type: t.expose('type', { type: CustomFieldTypeEnum, description: 'Type of the values.' }),
    options: t.exposeStringList('options', {
      description: 'Allowed values of an ENUM field, in order. Empty for other types.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Time of creation.' }),
  }),
})

builder.queryField('customFields', (t) =>
  t.field({
    type: [CustomField],
    description: 'Custom fields of contacts or accounts, oldest first.',
    extensions: cost(customFieldsCost),
    args: {
      objectType: t.arg({
        type: ObjectTypeEnum,
        required: true,
        description: 'Whether to return fields of contacts or of accounts.',
      }),
    },
    resolve: (_root, { objectType }, { database, viewer }) =>
      listCustomFields(database, viewer.workspaceId, objectType),
  }),
)
