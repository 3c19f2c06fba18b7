import { builder } from './builder.ts'

export const ObjectTypeEnum = builder.enumType('ObjectType', {
  description: 'What is synced.',
  values: {
    CONTACT: { description: 'Contacts, from HubSpot contacts.' },
    ACCOUNT: { description: 'Accounts, from HubSpot companies.' },
  },
})
