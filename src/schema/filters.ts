import { builder } from './builder.ts'
import { HandleSourceEnum } from './contact-handle.ts'
import { LinkStateEnum } from './hubspot-link.ts'

// All given operators must match. Null is refused: see filterProblems.

export const TextFilterInput = builder.inputType('TextFilter', {
  description: 'Holds for texts for which all that is given holds. At most 1,000 characters and 100 values each.',
  fields: (t) => ({
    eq: t.string({ description: 'Equal, letter case included.' }),
    in: t.stringList({ description: 'Equal to one of these, letter case included.' }),
    contains: t.string({ description: 'Holds this text, letter case aside.' }),
    startsWith: t.string({ description: 'Begins with this text, letter case aside.' }),
    isNull: t.boolean({ description: 'Whether it is missing or empty.' }),
  }),
})

const NumberFilterInput = builder.inputType('NumberFilter', {
  description: 'Holds for numbers for which all that is given holds.',
  fields: (t) => ({
    eq: t.float({ description: 'Equal.' }),
    in: t.floatList({ description: 'Equal to one of these, at most 100.' }),
    gt: t.float({ description: 'Greater.' }),
    gte: t.float({ description: 'Greater or equal.' }),
    lt: t.float({ description: 'Less.' }),
    lte: t.float({ description: 'Less or equal.' }),
  }),
})

export const DateTimeFilterInput = builder.inputType('DateTimeFilter', {
  description: 'Holds for moments for which all that is given holds; they are compared to the millisecond.',
  fields: (t) => ({
    eq: t.field({ type: 'DateTime', description: 'The same moment.' }),
    gt: t.field({ type: 'DateTime', description: 'Later.' }),
    gte: t.field({ type: 'DateTime', description: 'Later or the same.' }),
    lt: t.field({ type: 'DateTime', description: 'Earlier.' }),
    lte: t.field({ type: 'DateTime', description: 'Earlier or the same.' }),
  }),
})

export const BooleanFilterInput = builder.inputType('BooleanFilter', {
  description: 'Holds for what is as given.',
  fields: (t) => ({ eq: t.boolean({ description: 'Equal.' }) }),
})

export const IdFilterInput = builder.inputType('IDFilter', {
  description: 'Holds for things of these global ids.',
  fields: (t) => ({
    eq: t.globalID({ description: 'This one.' }),
    in: t.globalIDList({ description: 'One of these, at most 100.' }),
  }),
})

const LinkStateFilterInput = builder.inputType('HubSpotLinkStateFilter', {
  description: 'Holds for links in these states.',
  fields: (t) => ({
    eq: t.field({ type: LinkStateEnum, description: 'In this state.' }),
    in: t.field({ type: [LinkStateEnum], description: 'In one of these states.' }),
  }),
})

export const LinkFilterInput = builder.inputType('HubSpotLinkFilter', {
  description: 'What ties a record to HubSpot.',
  fields: (t) => ({
    isNull: t.boolean({ description: 'Whether it was never synced.' }),
    state: t.field({ type: LinkStateFilterInput, description: 'How it stands to HubSpot.' }),
  }),
})

export const CustomFieldFilterInput = builder.inputType('CustomFieldFilter', {
  description: 'One custom field. Operators must be those of its type.',
  fields: (t) => ({
    key: t.string({ required: true, description: 'Key of the field.' }),
    text: t.field({ type: TextFilterInput, description: 'For STRING, ENUM and TEAMMATE (e-mail address).' }),
    number: t.field({ type: NumberFilterInput, description: 'For NUMBER.' }),
    boolean: t.field({ type: BooleanFilterInput, description: 'For BOOLEAN.' }),
    datetime: t.field({ type: DateTimeFilterInput, description: 'For DATETIME.' }),
    isNull: t.boolean({ description: 'Whether it is empty.' }),
  }),
})

export const HandleFilterInput = builder.inputType('HandleFilter', {
  description: 'A handle for which all that is given holds.',
  fields: (t) => ({
    source: t.field({ type: HandleSourceEnum, description: 'What kind of address it is.' }),
    value: t.field({ type: TextFilterInput, description: 'The address; `eq` and `in` take any notation.' }),
  }),
})
