import { builder } from './builder.ts'

export const ObjectTypeEnum = builder.enumType('ObjectType', {
  description: 'A type of record that the sync handles.',
  values: {
    CONTACT: { description: 'Contacts, from HubSpot contacts.' },
    ACCOUNT: { description: 'Accounts, from HubSpot companies.' },
  },
})
