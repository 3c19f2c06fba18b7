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

const limits = 'A filter has at most 6 levels and 60 conditions.'

export const AccountFilterInput = builder.inputRef<AccountFilter>('AccountFilter')
AccountFilterInput.implement({
  description: `Matches accounts that meet every given condition. ${limits}`,
  fields: (t) => ({
    and: t.field({ type: [AccountFilterInput], description: 'All of these filters match.' }),
    or: t.field({ type: [AccountFilterInput], description: 'At least one of these filters matches.' }),
    not: t.field({ type: AccountFilterInput, description: 'This filter does not match.' }),
    id: t.field({ type: IdFilterInput, description: 'Global id.' }),
    externalId: t.field({ type: TextFilterInput, description: 'HubSpot company id.' }),
    name: t.field({ type: TextFilterInput, description: 'Name.' }),
    description: t.field({ type: TextFilterInput, description: 'Description.' }),
    createdAt: t.field({ type: DateTimeFilterInput, description: 'Time of creation.' }),
    updatedAt: t.field({ type: DateTimeFilterInput, description: 'Time of the last change.' }),
    hubspot: t.field({ type: LinkFilterInput, description: 'Link to HubSpot.' }),
    customFields: t.field({
      type: [CustomFieldFilterInput],
      description: 'Custom fields. All of these conditions must match.',
    }),
    domain: t.field({
      type: TextFilterInput,
      description: 'At least one domain matches. `eq` and `in` accept any notation.',
    }),
  }),
})

export const ContactFilterInput = builder.inputRef<ContactFilter>('ContactFilter')
ContactFilterInput.implement({
  description: `Matches contacts that meet every given condition. ${limits}`,
  fields: (t) => ({
    and: t.field({ type: [ContactFilterInput], description: 'All of these filters match.' }),
    or: t.field({ type: [ContactFilterInput], description: 'At least one of these filters matches.' }),
    not: t.field({ type: ContactFilterInput, description: 'This filter does not match.' }),
    id: t.field({ type: IdFilterInput, description: 'Global id.' }),
    externalId: t.field({ type: TextFilterInput, description: 'HubSpot contact id.' }),
    name: t.field({ type: TextFilterInput, description: 'Name.' }),
    description: t.field({ type: TextFilterInput, description: 'Description.' }),
    createdAt: t.field({ type: DateTimeFilterInput, description: 'Time of creation.' }),
    updatedAt: t.field({ type: DateTimeFilterInput, description: 'Time of the last change.' }),
    hubspot: t.field({ type: LinkFilterInput, description: 'Link to HubSpot.' }),
    customFields: t.field({
      type: [CustomFieldFilterInput],
      description: 'Custom fields. All of these conditions must match.',
    }),
    avatarUrl: t.field({ type: TextFilterInput, description: 'URL of the picture.' }),
    isPrivate: t.field({
      type: BooleanFilterInput,
      description: 'If true, matches private contacts only. If false, matches shared contacts only.',
    }),
    link: t.field({ type: TextFilterInput, description: 'At least one web link matches.' }),
    handle: t.field({ type: HandleFilterInput, description: 'At least one handle matches.' }),
    hasHandle: t.boolean({
      description: 'If true, matches contacts with a handle. If false, matches contacts without one.',
    }),
    account: t.field({ type: AccountFilterInput, description: 'Account of the contact.' }),
    hasAccount: t.boolean({
      description: 'If true, matches contacts with an account. If false, matches contacts without one.',
    }),
  }),
})

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'The direction of a sort order.',
  values: { ASC: { description: 'Ascending.' }, DESC: { description: 'Descending.' } },
})

const RecordOrderField = builder.enumType('RecordOrderField', {
  description: 'A field to sort contacts or accounts by. Equal values are sorted by id.',
  values: {
    ID: { description: 'The id. Ids ascend in order of creation.' },
    CREATED_AT: { description: 'The time of creation.' },
    UPDATED_AT: { description: 'The time of the last change. A record that changes while you page moves to the end.' },
    NAME: { description: 'The name, ignoring case and accents, in Unicode code point order.' },
  },
})

export const RecordOrderInput = builder.inputType('RecordOrder', {
  description: 'The sort order of contacts or accounts.',
  fields: (t) => ({
    field: t.field({ type: RecordOrderField, required: true, description: 'Field to sort by.' }),
    direction: t.field({ type: OrderDirection, defaultValue: 'ASC', description: 'Sort direction. Default ASC.' }),
  }),
})
