import { type Mutation, patternOf } from './mutate.ts'

/** A change to an answer that HubSpot could have meant, so the sync accepts it. */
interface Believed {
  readonly endpoint: RegExp
  /** Paths of places, with every index as "*". */
  readonly place: RegExp
  readonly when: (mutation: Mutation) => boolean
  readonly why: string
}

const always = () => true
const isText = ({ to }: Mutation) => typeof to === 'string'
const isNumber = ({ to }: Mutation) => typeof to === 'number'
const isLess = ({ kind, path, to }: Mutation) =>
  (kind === 'drop' && typeof path.at(-1) === 'number') || kind === 'truncate' || (Array.isArray(to) && to.length === 0)
const isNone = ({ kind }: Mutation) => kind === 'drop' || kind === 'null'

/**
 * All accepted changes. Any other change must lead to the state of an undisturbed run, or be reported. Even an accepted
 * change must not delete anything, and the next undisturbed run must correct it.
 */
const believed: readonly Believed[] = [
  {
    endpoint: /./,
    place: /^paging(\.next)?$/,
    when: isNone,
    why: 'a page without a next one is how HubSpot ends a list',
  },
  {
    endpoint: /associations/,
    place: /^results\.\*\.paging(\.next)?$/,
    when: isNone,
    why: 'the same for the associations of one record',
  },
  {
    endpoint: /\/objects\//,
    place: /^results\.\*\.properties\.\w+$/,
    when: (mutation) => isText(mutation) || isNone(mutation),
    why: 'another value is a value; null is an empty one; a property left out is one that HubSpot does not know, whose field stays',
  },
  {
    endpoint: /memberships$|\/objects\/companies$/,
    place: /^results$/,
    when: isLess,
    why: 'whoever is not listed has left: nothing else would say so',
  },
  {
    endpoint: /memberships$|\/objects\/companies$/,
    place: /^results\.\*$/,
    when: isLess,
    why: 'whoever is not listed has left: nothing else would say so',
  },
  {
    endpoint: /memberships$/,
    place: /^results\.\*\.recordId$/,
    when: (mutation) => isText(mutation) || isNumber(mutation),
    why: 'another id is another member',
  },
  {
    endpoint: /memberships\/batch\/read$/,
    place: /^results\.\*\.recordListMemberships(\.\*)?$/,
    when: isLess,
    why: 'a record is in no list that is not named',
  },
  {
    endpoint: /memberships\/batch\/read$/,
    place: /^results\.\*\.recordListMemberships\.\*\.listId$/,
    when: (mutation) => isText(mutation) || isNumber(mutation),
    why: 'another id is another list',
  },
  {
    endpoint: /associations/,
    place: /^results\.\*\.to(\.\*)?$/,
    when: isLess,
    why: 'an association that is not named has been removed',
  },
  {
    endpoint: /associations/,
    place: /^results\.\*\.to\.\*\.toObjectId$/,
    when: (mutation) => isText(mutation) || isNumber(mutation),
    why: 'another id is an association with another record',
  },
  {
    endpoint: /associations/,
    place: /^results\.\*\.to\.\*\.associationTypes(\.\*)?$/,
    when: isLess,
    why: 'an association without that type is not with the primary company',
  },
  {
    endpoint: /associations/,
    place: /^results\.\*\.to\.\*\.associationTypes\.\*\.(category|typeId)$/,
    when: (mutation) => isText(mutation) || isNumber(mutation),
    why: 'another type is a type of the customer’s own',
  },
  {
    endpoint: /owners/,
    place: /^results(\.\*)?$/,
    when: isLess,
    why: 'an owner who is not listed is one that HubSpot does not know, and is shown by number',
  },
  {
    endpoint: /owners/,
    place: /^results\.\*\.(id|firstName|lastName|email)$/,
    when: always,
    why: 'another name is a name, and a part of it may be missing',
  },
  {
    endpoint: /properties/,
    place: /^results\.\*\.(label|type|fieldType|referencedObjectType)$/,
    when: (mutation) => isText(mutation) || isNone(mutation),
    why: 'HubSpot says what a property is',
  },
  {
    endpoint: /properties/,
    place: /^results\.\*\.options\.\*(\.(label|value))?$/,
    when: always,
    why: 'options are renamed and removed in HubSpot; one that is out of shape is the only one that goes unlabelled (B34)',
  },
  {
    endpoint: /properties/,
    place: /^results\.\*\.options$/,
    when: ({ kind, to }) => kind === 'truncate' || kind === 'extra' || Array.isArray(to),
    why: 'the same of several options at once',
  },
  {
    endpoint: /token$/,
    place: /^scopes/,
    when: always,
    why: 'the first call that lacks a scope names it',
  },
]

/** Why the change is accepted; null if it is not. */
export function believedBecause(endpoint: string, mutation: Mutation): string | null {
  const place = patternOf(mutation.path)
  const found = believed.find((one) => one.endpoint.test(endpoint) && one.place.test(place) && one.when(mutation))
  return found?.why ?? null
}
