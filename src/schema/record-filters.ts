import type { AccountFilter } from '../search/account-filter.ts'
import type { ContactFilter } from '../search/contact-filter.ts'
import { builder } from './builder.ts'
import {
  BooleanFilterInput,
  CustomFieldFilterInput,
  DateTimeFilterInput,
  HandleFilterInput,
  IdFilterInput,
  LinkFilterInput,
  TextFilterInput,
} from './filters.ts'

const limits = 'Filters nest at most 6 deep and have at most 60 conditions.'

export const AccountFilterInput = builder.inputRef<AccountFilter>('AccountFilter')
AccountFilterInput.implement({
  description: `Which accounts: those for which all that is given holds. ${limits}`,
  fields: (t) => ({
    and: t.field({ type: [AccountFilterInput], description: 'All of these hold.' }),
    or: t.field({ type: [AccountFilterInput], description: 'One of these holds.' }),
    not: t.field({ type: AccountFilterInput, description: 'This does not hold.' }),
    id: t.field({ type: IdFilterInput, description: 'Its global id.' }),
    externalId: t.field({ type: TextFilterInput, description: 'Its HubSpot company id.' }),
    name: t.field({ type: TextFilterInput, description: 'Its name.' }),
    description: t.field({ type: TextFilterInput, description: 'Its free text.' }),
    createdAt: t.field({ type: DateTimeFilterInput, description: 'When it was created.' }),
    updatedAt: t.field({ type: DateTimeFilterInput, description: 'When one of its values last changed.' }),
    hubspot: t.field({ type: LinkFilterInput, description: 'What ties it to HubSpot.' }),
    customFields: t.field({ type: [CustomFieldFilterInput], description: 'Custom fields; all of these hold.' }),
    domain: t.field({ type: TextFilterInput, description: 'One of its domains; `eq` and `in` take any notation.' }),
  }),
})

export const ContactFilterInput = builder.inputRef<ContactFilter>('ContactFilter')
ContactFilterInput.implement({
  description: `Which contacts: those for which all that is given holds. ${limits}`,
  fields: (t) => ({
    and: t.field({ type: [ContactFilterInput], description: 'All of these hold.' }),
    or: t.field({ type: [ContactFilterInput], description: 'One of these holds.' }),
    not: t.field({ type: ContactFilterInput, description: 'This does not hold.' }),
    id: t.field({ type: IdFilterInput, description: 'Its global id.' }),
    externalId: t.field({ type: TextFilterInput, description: 'Its HubSpot contact id.' }),
    name: t.field({ type: TextFilterInput, description: 'Its name.' }),
    description: t.field({ type: TextFilterInput, description: 'Its free text.' }),
    createdAt: t.field({ type: DateTimeFilterInput, description: 'When it was created.' }),
    updatedAt: t.field({ type: DateTimeFilterInput, description: 'When one of its values last changed.' }),
    hubspot: t.field({ type: LinkFilterInput, description: 'What ties it to HubSpot.' }),
    customFields: t.field({ type: [CustomFieldFilterInput], description: 'Custom fields; all of these hold.' }),
    avatarUrl: t.field({ type: TextFilterInput, description: 'Address of its picture.' }),
    isPrivate: t.field({ type: BooleanFilterInput, description: 'Whether it is private.' }),
    link: t.field({ type: TextFilterInput, description: 'One of its web addresses.' }),
    handle: t.field({ type: HandleFilterInput, description: 'One of its handles.' }),
    hasHandle: t.boolean({ description: 'Whether it has a handle at all.' }),
    account: t.field({ type: AccountFilterInput, description: 'The account that it belongs to.' }),
    hasAccount: t.boolean({ description: 'Whether it belongs to an account.' }),
  }),
})

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which way an order runs.',
  values: { ASC: { description: 'Rising.' }, DESC: { description: 'Falling.' } },
})

const RecordOrderField = builder.enumType('RecordOrderField', {
  description: 'What contacts and accounts can be ordered by. Among equals their ids decide.',
  values: {
    ID: { description: 'The id itself; ids rise in the order of creation.' },
    CREATED_AT: { description: 'In the order of creation.' },
    UPDATED_AT: { description: 'When a value last changed. What changes while you page moves to the end.' },
    NAME: { description: 'The name, letter case aside, by the code points of its characters.' },
  },
})

export const RecordOrderInput = builder.inputType('RecordOrder', {
  description: 'The order of contacts or accounts.',
  fields: (t) => ({
    field: t.field({ type: RecordOrderField, required: true, description: 'By what.' }),
    direction: t.field({ type: OrderDirection, defaultValue: 'ASC', description: 'Which way: rising unless said.' }),
  }),
})
