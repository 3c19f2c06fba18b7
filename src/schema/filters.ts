import { builder } from './builder.ts'
import { HandleSourceEnum } from './contact-handle.ts'
import { LinkStateEnum } from './hubspot-link.ts'

// All given operators must match. Null is rejected, see filterProblems.

export const TextFilterInput = builder.inputType('TextFilter', {
  description:
    'Matches text that meets every given condition. Each text has at most 1,000 characters, each list at most 100 values.',
  fields: (t) => ({
    eq: t.string({ description: 'Equal to this text, case-sensitive.' }),
    in: t.stringList({ description: 'Equal to one of these texts, case-sensitive.' }),
    contains: t.string({ description: 'Contains this text, ignoring case and accents.' }),
    startsWith: t.string({ description: 'Starts with this text, ignoring case and accents.' }),
    isNull: t.boolean({ description: 'If true, matches missing or empty text. If false, matches all other text.' }),
  }),
})

const NumberFilterInput = builder.inputType('NumberFilter', {
  description: 'Matches numbers that meet every given condition.',
  fields: (t) => ({
    eq: t.float({ description: 'Equal to this value.' }),
    in: t.floatList({ description: 'Equal to one of these numbers. At most 100.' }),
    gt: t.float({ description: 'Greater than this number.' }),
    gte: t.float({ description: 'Greater than or equal to this number.' }),
    lt: t.float({ description: 'Less than this number.' }),
    lte: t.float({ description: 'Less than or equal to this number.' }),
  }),
})

export const DateTimeFilterInput = builder.inputType('DateTimeFilter', {
  description: 'Matches points in time that meet every given condition. Times are compared with millisecond precision.',
  fields: (t) => ({
    eq: t.field({ type: 'DateTime', description: 'At this time.' }),
    gt: t.field({ type: 'DateTime', description: 'After this time.' }),
    gte: t.field({ type: 'DateTime', description: 'At or after this time.' }),
    lt: t.field({ type: 'DateTime', description: 'Before this time.' }),
    lte: t.field({ type: 'DateTime', description: 'At or before this time.' }),
  }),
})

export const BooleanFilterInput = builder.inputType('BooleanFilter', {
  description: 'Matches the given value.',
  fields: (t) => ({ eq: t.boolean({ description: 'Equal to this value.' }) }),
})

export const IdFilterInput = builder.inputType('IDFilter', {
  description: 'Matches objects with the given global ids.',
  fields: (t) => ({
    eq: t.globalID({ description: 'This global id.' }),
    in: t.globalIDList({ description: 'One of these global ids. At most 100.' }),
  }),
})

const LinkStateFilterInput = builder.inputType('HubSpotLinkStateFilter', {
  description: 'Matches links by state.',
  fields: (t) => ({
    eq: t.field({ type: LinkStateEnum, description: 'This state.' }),
    in: t.field({ type: [LinkStateEnum], description: 'One of these states.' }),
  }),
})

export const LinkFilterInput = builder.inputType('HubSpotLinkFilter', {
  description: 'Matches records by their link to HubSpot.',
  fields: (t) => ({
    isNull: t.boolean({
      description: 'If true, matches records that were never synced. If false, matches all others.',
    }),
    state: t.field({ type: LinkStateFilterInput, description: 'State of the link.' }),
  }),
})

export const CustomFieldFilterInput = builder.inputType('CustomFieldFilter', {
  description: "Matches records by the value of one custom field. Use the condition for the field's type.",
  fields: (t) => ({
    key: t.string({ required: true, description: 'Key of the custom field.' }),
    text: t.field({
      type: TextFilterInput,
      description: 'Condition on a STRING, ENUM, or TEAMMATE field. TEAMMATE values are email addresses.',
    }),
    number: t.field({ type: NumberFilterInput, description: 'Condition on a NUMBER field.' }),
    boolean: t.field({ type: BooleanFilterInput, description: 'Condition on a BOOLEAN field.' }),
    datetime: t.field({ type: DateTimeFilterInput, description: 'Condition on a DATETIME field.' }),
    isNull: t.boolean({ description: 'If true, matches empty values. If false, matches all others.' }),
  }),
})

export const HandleFilterInput = builder.inputType('HandleFilter', {
  description: 'Matches handles that meet every given condition.',
  fields: (t) => ({
    source: t.field({ type: HandleSourceEnum, description: 'Type of the handle.' }),
    value: t.field({ type: TextFilterInput, description: 'Value of the handle. `eq` and `in` accept any notation.' }),
  }),
})
