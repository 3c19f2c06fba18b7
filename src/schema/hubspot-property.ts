import type { HubSpotProperty } from '../hubspot/portal.ts'
import { askPortal } from '../sync/settings/ask-portal.ts'
import { builder } from './builder.ts'
import { ObjectTypeEnum } from './object-type.ts'

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
    description: 'The properties that can be mapped. For admins.',
    args: { objectType: t.arg({ type: ObjectTypeEnum, required: true, description: 'Of what.' }) },
    resolve: async (_root, { objectType }, { sync, viewer }) => {
      const kind = objectType === 'CONTACT' ? 'contacts' : 'companies'
      const properties = await askPortal(sync, viewer.workspaceId, (portal) => portal.listProperties(kind))
      return properties.filter(({ archived }) => !archived)
    },
  }),
)
