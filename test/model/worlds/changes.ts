import fc from 'fast-check'
import type { Contact, Handle, HubSpotContact, HubSpotRecord, Settings, World } from '../reference/world.ts'
import {
  company,
  deletableProperties,
  domain,
  handle,
  hubspotContact,
  relabelledInterests,
  settings,
} from './arbitrary-worlds.ts'
import { mergeRecords } from './merge-records.ts'
import { interests, properties } from './small-worlds.ts'

/** What happens between two runs. Numbers choose among what exists, so that every change fits every world. */
export type Change =
  | { readonly kind: 'write in HubSpot'; readonly contact: HubSpotContact }
  | { readonly kind: 'set value'; readonly of: number; readonly from: HubSpotContact['values'] }
  | { readonly kind: 'move value' | 'swap value'; readonly of: number; readonly to: number; readonly property: string }
  | { readonly kind: 'hand down values'; readonly property: string }
  | { readonly kind: 'put HubSpot back' }
  | {
      readonly kind: 'empty handles' | 'delete in HubSpot' | 'enter or leave list' | 'delete locally'
      readonly of: number
    }
  | { readonly kind: 'delete or restore property'; readonly property: string }
  | { readonly kind: 'relabel interests' }
  | { readonly kind: 'edit settings'; readonly settings: Settings }
  | { readonly kind: 'add handle locally'; readonly of: number; readonly handle: Handle }
  | { readonly kind: 'add contact locally' | 'add account locally'; readonly handle: Handle }
  | { readonly kind: 'write company in HubSpot'; readonly company: HubSpotRecord }
  | { readonly kind: 'delete company in HubSpot' | 'delete account locally' | 'annotate locally'; readonly of: number }
  | { readonly kind: 'associate as another'; readonly of: number; readonly like: HubSpotContact['companies'] }
  | {
      readonly kind: 'merge contacts' | 'merge companies'
      readonly of: number
      readonly to: number
      /** HubSpot reported the merge, and so which record was the primary. */
      readonly isToldOf: boolean
    }
  | { readonly kind: 'attach by hand'; readonly of: number; readonly to: number }
  | { readonly kind: 'exchange addresses of owners' }
  /** HubSpot begins to rebuild the list and shows the members with these positions, or has completed it. */
  | { readonly kind: 'rebuild or complete list'; readonly shows: readonly number[] }
  /** A record that is not in the list is deleted, and another one with the same values is created and listed. */
  | { readonly kind: 'replace in HubSpot'; readonly of: number }

const of = fc.nat({ max: 6 })
const handleProperties = ['email', 'work_email', 'phone', 'mobilephone', 'hs_additional_emails']

export const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('write in HubSpot' as const), contact: hubspotContact }),
  fc.record({ kind: fc.constant('set value' as const), of, from: hubspotContact.map(({ values }) => values) }),
  fc.record({
    kind: fc.constantFrom('move value' as const, 'swap value' as const),
    of,
    to: of,
    property: fc.constantFrom(...handleProperties),
  }),
  fc.record({ kind: fc.constant('hand down values' as const), property: fc.constantFrom('email', 'phone') }),
  fc.constant<Change>({ kind: 'put HubSpot back' }),
  fc.record({
    kind: fc.constantFrom(
      'empty handles' as const,
      'delete in HubSpot' as const,
      'enter or leave list' as const,
      'delete locally' as const,
    ),
    of,
  }),
  fc.record({
    kind: fc.constant('delete or restore property' as const),
    property: fc.constantFrom(...deletableProperties),
  }),
  fc.constant<Change>({ kind: 'relabel interests' }),
  fc.record({ kind: fc.constant('edit settings' as const), settings }),
  fc.record({ kind: fc.constant('add handle locally' as const), of, handle }),
  fc.record({ kind: fc.constant('add contact locally' as const), handle }),
  fc.record({ kind: fc.constant('add account locally' as const), handle: domain }),
  fc.record({ kind: fc.constant('write company in HubSpot' as const), company }),
  fc.record({
    kind: fc.constantFrom(
      'delete company in HubSpot' as const,
      'delete account locally' as const,
      'annotate locally' as const,
    ),
    of,
  }),
  fc.record({
    kind: fc.constant('associate as another' as const),
    of,
    like: hubspotContact.map(({ companies }) => companies),
  }),
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('merge contacts' as const, 'merge contacts' as const, 'merge companies' as const),
      of,
      to: of,
      isToldOf: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constant('attach by hand' as const), of, to: of }),
  fc.constant<Change>({ kind: 'exchange addresses of owners' }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('rebuild or complete list' as const),
      shows: fc.subarray([0, 1, 2, 3, 4, 5, 6]),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('replace in HubSpot' as const), of }) },
)

/**
 * `first` is the world at the beginning of its story. `turn` distinguishes this change from all others in the story.
 */
export function applyChange(world: World, change: Change, first: World, turn: string): World {
  const { hubspot, store } = world
  const withHubSpot = (contacts: readonly HubSpotContact[]): World => ({ ...world, hubspot: { ...hubspot, contacts } })
  const chosen = 'of' in change ? hubspot.contacts[change.of % hubspot.contacts.length] : undefined
  switch (change.kind) {
    case 'write in HubSpot':
      if (hubspot.mergedAway.CONTACT.includes(change.contact.id)) return world
      return withHubSpot([...hubspot.contacts.filter(({ id }) => id !== change.contact.id), change.contact])
    case 'set value':
      return withHubSpot(replace(hubspot.contacts, chosen, ({ values }) => ({ values: { ...values, ...change.from } })))
    case 'move value':
    case 'swap value': {
      const other = hubspot.contacts[change.to % hubspot.contacts.length]
      if (!chosen || !other || chosen === other) return world
      const give = (values: HubSpotContact['values'], value: string | null | undefined) => ({
        values: { ...values, [change.property]: value ?? null },
      })
      const left = change.kind === 'swap value' ? other.values[change.property] : null
      const given = replace(hubspot.contacts, chosen, ({ values }) => give(values, left))
      return withHubSpot(replace(given, other, ({ values }) => give(values, chosen.values[change.property])))
    }
    case 'hand down values': {
      // Each contact gets what the next one had, so that a run has to go from the last to the first (B51).
      const inOrder = [...hubspot.contacts].sort((one, other) => (one.id < other.id ? -1 : 1))
      return withHubSpot(
        inOrder.map((contact, index) => ({
          ...contact,
          values: { ...contact.values, [change.property]: inOrder[index + 1]?.values[change.property] ?? null },
        })),
      )
    }
    case 'put HubSpot back':
      // Merged records stay merged.
      return hubspot.nextId === first.hubspot.nextId ? { ...world, hubspot: first.hubspot } : world
    case 'empty handles': {
      const empty = Object.fromEntries(handleProperties.map((property) => [property, null]))
      return withHubSpot(replace(hubspot.contacts, chosen, ({ values }) => ({ values: { ...values, ...empty } })))
    }
    case 'delete in HubSpot':
      return withHubSpot(hubspot.contacts.filter((contact) => contact !== chosen))
    case 'rebuild or complete list': {
      const isBuilding = (hubspot.shown ?? null) !== null
      const shown = hubspot.contacts.filter((_, index) => change.shows.includes(index)).map(({ id }) => id)
      return { ...world, hubspot: { ...hubspot, shown: isBuilding ? null : shown } }
    }
    case 'replace in HubSpot': {
      const away = hubspot.contacts.filter(({ inList }) => !inList)
      const gone = away[change.of % away.length]
      if (!gone) return world
      const made = { ...gone, id: hubspot.nextId, inList: true, mergedIds: [] }
      const contacts = [...hubspot.contacts.filter((one) => one !== gone), made]
      return { ...world, hubspot: { ...hubspot, contacts, nextId: hubspot.nextId + 1n } }
    }
    case 'enter or leave list':
      return withHubSpot(replace(hubspot.contacts, chosen, ({ inList }) => ({ inList: !inList })))
    case 'delete or restore property': {
      const left = hubspot.properties.filter(({ name }) => name !== change.property)
      const restored = properties.filter(({ name }) => name === change.property)
      const isThere = left.length < hubspot.properties.length
      return { ...world, hubspot: { ...hubspot, properties: isThere ? left : [...left, ...restored] } }
    }
    case 'relabel interests': {
      const relabelled = hubspot.properties.map((property) => {
        if (property.name !== 'interests') return property
        return property.options === interests.options ? relabelledInterests : interests
      })
      return { ...world, hubspot: { ...hubspot, properties: relabelled } }
    }
    case 'edit settings':
      return { ...world, settings: change.settings }
    case 'delete locally': {
      const gone = store.contacts[change.of % store.contacts.length]
      const contacts = store.contacts.filter((contact) => contact !== gone)
      const errors = store.errors.map((error) => (error.contact === gone?.key ? { ...error, contact: null } : error))
      return { ...world, store: { ...store, contacts, errors } }
    }
    case 'add handle locally': {
      const target = store.contacts[change.of % store.contacts.length]
      if (!target || target.isPrivate || isHeld(world, change.handle)) return world
      const contacts = replace(store.contacts, target, ({ handles }) => ({
        handles: [...handles, { ...change.handle, fromHubspot: false }],
      }))
      return { ...world, store: { ...store, contacts } }
    }
    case 'add contact locally': {
      const key = `local ${change.handle.value} ${turn}`
      if (isHeld(world, change.handle)) return world
      return { ...world, store: { ...store, contacts: [...store.contacts, localContact(key, change.handle)] } }
    }
    case 'add account locally': {
      const key = `local ${change.handle.value} ${turn}`
      const isDomainHeld = store.accounts.some(({ handles }) =>
        handles.some(({ value }) => value === change.handle.value),
      )
      if (isDomainHeld) return world
      return { ...world, store: { ...store, accounts: [...store.accounts, localContact(key, change.handle)] } }
    }
    case 'write company in HubSpot': {
      if (hubspot.mergedAway.ACCOUNT.includes(change.company.id)) return world
      const companies = [...hubspot.companies.filter(({ id }) => id !== change.company.id), change.company]
      return { ...world, hubspot: { ...hubspot, companies } }
    }
    case 'delete company in HubSpot': {
      const gone = hubspot.companies[change.of % hubspot.companies.length]
      const companies = hubspot.companies.filter((company) => company !== gone)
      return { ...world, hubspot: { ...hubspot, companies } }
    }
    case 'associate as another':
      return withHubSpot(replace(hubspot.contacts, chosen, () => ({ companies: change.like })))
    case 'merge contacts':
    case 'merge companies':
      return mergeRecords(world, change.kind === 'merge contacts' ? 'CONTACT' : 'ACCOUNT', change)
    case 'annotate locally': {
      // A field that is never mapped (I4).
      const note = (contact: Contact) => ({ customFields: { ...contact.customFields, note: 'edited' } })
      const contacts = replace(store.contacts, store.contacts[change.of % store.contacts.length], note)
      const accounts = replace(store.accounts, store.accounts[change.of % store.accounts.length], note)
      return { ...world, store: { ...store, contacts, accounts } }
    }
    case 'attach by hand': {
      const contact = store.contacts[change.of % store.contacts.length]
      const account = store.accounts[change.to % store.accounts.length]
      if (!account) return world
      const attached = () => ({ account: account.key, accountFromHubspot: false })
      return { ...world, store: { ...store, contacts: replace(store.contacts, contact, attached) } }
    }
    case 'delete account locally': {
      const gone = store.accounts[change.of % store.accounts.length]
      if (!gone) return world
      return {
        ...world,
        store: {
          ...store,
          accounts: store.accounts.filter((account) => account !== gone),
          contacts: store.contacts.map((one) =>
            one.account === gone.key ? { ...one, account: null, accountFromHubspot: false } : one,
          ),
          errors: store.errors.map((error) => (error.contact === gone.key ? { ...error, contact: null } : error)),
        },
      }
    }
    case 'exchange addresses of owners': {
      const emails = hubspot.owners.map(({ email }) => email).reverse()
      const owners = hubspot.owners.map((owner, index) => ({ ...owner, email: emails[index] ?? null }))
      return { ...world, hubspot: { ...hubspot, owners } }
    }
  }
}

function replace<T>(all: readonly T[], chosen: T | undefined, by: (one: T) => Partial<T>): T[] {
  return all.map((one) => (one === chosen ? { ...one, ...by(one) } : one))
}

const isHeld = ({ store }: World, { source, value }: Handle): boolean =>
  store.contacts.some(
    (contact) => !contact.isPrivate && contact.handles.some((held) => held.source === source && held.value === value),
  )

const localContact = (key: string, handle: Handle): Contact => ({
  key,
  isPrivate: false,
  externalId: null,
  name: 'Local',
  description: '',
  links: [],
  customFields: { note: 'hers' },
  handles: [{ ...handle, fromHubspot: false }],
  link: null,
  account: null,
  accountFromHubspot: false,
})
