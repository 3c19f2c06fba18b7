import type { HubSpotProperty } from '../hubspot/portal.ts'
import { builder } from './builder.ts'
import { ObjectTypeEnum } from './object-type.ts'
import { callCost } from './support/call-cost.ts'
import { cost } from './support/field-cost.ts'

const HubSpotPropertyOption = builder.objectRef<HubSpotProperty['options'][number]>('HubSpotPropertyOption').implement({
  description: 'A possible value of an enumeration property.',
  fields: (t) => ({
    label: t.exposeString('label', { description: 'Display name.' }),
    value: t.exposeString('value', { description: 'Stored value.' }),
  }),
})

const HubSpotPropertyType = builder.objectRef<HubSpotProperty>('HubSpotProperty').implement({
  description: 'A property of HubSpot contacts or companies that can be mapped to a field.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Internal name, for `setFieldMappings`.' }),
    label: t.exposeString('label', { description: 'Display name.' }),
    type: t.exposeString('type', {
      description: 'Type of the values: string, number, date, datetime, enumeration, bool, and others.',
    }),
    fieldType: t.exposeString('fieldType', {
      description: "Type of HubSpot's input control: text, select, checkbox, and others.",
    }),
    options: t.expose('options', {
      type: [HubSpotPropertyOption],
      description: 'Possible values of an enumeration property. Empty for other types.',
    }),
  }),
})

builder.queryField('hubspotProperties', (t) =>
  t.field({
    type: [HubSpotPropertyType],
    nullable: true,
    description: 'HubSpot properties that can be mapped. They can be 10 seconds old. For admins.',
    args: { objectType: t.arg({ type: ObjectTypeEnum, required: true, description: 'Whether contacts or accounts.' }) },
    // A portal has hundreds of properties.
    extensions: cost({ own: callCost(1), items: 100 }),
    resolve: (_root, { objectType }, { pickers, viewer }) =>
      pickers.properties(viewer.workspaceId, objectType === 'CONTACT' ? 'contacts' : 'companies'),
  }),
)
