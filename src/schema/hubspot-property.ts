import type { HubSpotProperty } from '../hubspot/portal.ts'
import { builder } from './builder.ts'
import { ObjectTypeEnum } from './object-type.ts'
import { callCost } from './support/call-cost.ts'

const HubSpotPropertyOption = builder.objectRef<HubSpotProperty['options'][number]>('HubSpotPropertyOption').implement({
  description: 'One value that an enumeration can take.',
  fields: (t) => ({
    label: t.exposeString('label', { description: 'What people read.' }),
    value: t.exposeString('value', { description: 'What HubSpot stores.' }),
  }),
})

const HubSpotPropertyType = builder.objectRef<HubSpotProperty>('HubSpotProperty').implement({
  description: 'A property of HubSpot contacts or companies, which can be mapped to a field.',
  fields: (t) => ({
    name: t.exposeString('name', { description: "HubSpot's internal name, for setFieldMappings." }),
    label: t.exposeString('label', { description: 'What people call it.' }),
    type: t.exposeString('type', {
      description: 'What it holds: string, number, date, datetime, enumeration, bool, …',
    }),
    fieldType: t.exposeString('fieldType', {
      description: 'How HubSpot lets people enter it: text, select, checkbox, …',
    }),
    options: t.expose('options', {
      type: [HubSpotPropertyOption],
      description: 'Values of an enumeration; else empty.',
    }),
  }),
})

builder.queryField('hubspotProperties', (t) =>
  t.field({
    type: [HubSpotPropertyType],
    nullable: true,
    description: 'The properties that can be mapped, as of at most 10 seconds ago. For admins.',
    args: { objectType: t.arg({ type: ObjectTypeEnum, required: true, description: 'Of what.' }) },
    extensions: { cost: callCost(1) },
    resolve: (_root, { objectType }, { pickers, viewer }) =>
      pickers.properties(viewer.workspaceId, objectType === 'CONTACT' ? 'contacts' : 'companies'),
  }),
)
