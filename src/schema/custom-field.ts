import { listCustomFields } from '../custom-fields/manage-custom-fields.ts'
import { builder } from './builder.ts'
import { ObjectTypeEnum } from './object-type.ts'
import { cost, customFieldsCost } from './support/field-cost.ts'

export const CustomFieldTypeEnum = builder.enumType('CustomFieldType', {
  description: 'What a custom field holds, and its form in JSON.',
  values: {
    STRING: { description: 'Text.' },
    NUMBER: { description: 'A JSON number.' },
    BOOLEAN: { description: 'true or false.' },
    DATETIME: { description: 'A moment as ISO 8601 text in UTC.' },
    ENUM: { description: "One of the field's options, as text." },
    TEAMMATE: { description: 'A teammate, by e-mail address in lower case.' },
  },
})

export const CustomField = builder.prismaNode('CustomField', {
  description: 'A field that the workspace added to its contacts or accounts.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, workspaceId: viewer.workspaceId }),
  fields: (t) => ({
    objectType: t.expose('objectType', { type: ObjectTypeEnum, description: 'What carries the field.' }),
    key: t.exposeString('key', { description: 'Stable key, made from the first name.' }),
    name: t.exposeString('name', { description: 'What people call it.' }),
    type: t.expose('type', { type: CustomFieldTypeEnum, description: 'What it holds.' }),
    options: t.exposeStringList('options', { description: 'Allowed values of an ENUM field, in order; else empty.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
  }),
})

builder.queryField('customFields', (t) =>
  t.field({
    type: [CustomField],
    description: 'The custom fields of contacts or accounts, oldest first.',
    extensions: cost(customFieldsCost),
    args: { objectType: t.arg({ type: ObjectTypeEnum, required: true, description: 'Whose fields.' }) },
    resolve: (_root, { objectType }, { database, viewer }) =>
      listCustomFields(database, viewer.workspaceId, objectType),
  }),
)
