import { createHash } from 'node:crypto'
import fc from 'fast-check'
import type {
  Contact,
  Handle,
  HubSpotContact,
  HubSpotRecord,
  HubSpotSide,
  Link,
  Mapping,
  Settings,
  Store,
  World,
} from '../reference/world.ts'
import { refusedEmail } from '../reference/world.ts'
import { companyProperties, customField, email, interests, mapping, owners, phone, properties } from './small-worlds.ts'

/**
 * Worlds so small that their records collide all the time: few ids, few handles in several notations, values that do
 * not convert. The ids have a different order as text and as numbers.
 */

const ids = [2, 3, 9, 10, 11, 20, 100].map(BigInt)
const companyIds = [1, 8, 12, 30].map(BigInt)
/** Never in HubSpot: an id that was merged does not come back. */
const mergedAwayIds = [4, 5].map(BigInt)

const emailTexts = ['a@x.io', ' A@x.IO ', '\u200ba@x.io\u00a0', 'b@x.io', 'B@x.io', 'c@x.io', 'd@x.io']
/** Not email addresses (B49). */
const noEmails = ['none', 'a@', 'a@b@x.io']
const phoneTexts = [
  ...[
    '+14155552671',
    '(415) 555-2671',
    '(415)\u00a0555-2671',
    '415-555-2672',
    '+442079460958',
    '020 7946 0958',
    ' ext 12 ',
  ],
  ...['+14155552671;ext=12', '415-555-2671 x12', '+52 1 55 1234 5678', '+52 55 1234 5678', 'n/a', '0'],
]

/** Too long for a handle, with letters that do not compress. */
export const hugeEmail = `${Array.from({ length: 64 }, (_, part) =>
  createHash('sha512').update(`${part}`).digest('hex'),
).join('')}@x.io`
/** Longer than the maximum for a name. */
export const longName = `${'Leeward '.repeat(80)}Ray`

const maybe = <T>(value: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary: value }, fc.constantFrom(null, '', ' '))
const oneOf = (...texts: string[]) => maybe(fc.constantFrom(...texts))

const values: fc.Arbitrary<HubSpotContact['values']> = fc.record(
  {
    email: oneOf(...emailTexts),
    hs_additional_emails: oneOf(...emailTexts, 'a@x.io;b@x.io', 'C@x.io; d@x.io;'),
    work_email: oneOf(...emailTexts, ...emailTexts, ...noEmails, hugeEmail, refusedEmail),
    phone: oneOf(...phoneTexts),
    mobilephone: oneOf(...phoneTexts),
    firstname: oneOf('Ann', ' Bo '),
    lastname: oneOf('Lee', 'Ray', 'Lee', 'Ray', longName),
    about: oneOf('tall', 'short'),
    linkedin_url: oneOf('https://l.example'),
    website: oneOf('https://w.example'),
    interests: oneOf('freight', ';customs', 'customs;freight', 'gone'),
    annual_spend: oneOf('12.5', '-3', '67340.0', '1.2E3', 'much', '9007199254740993', '1e400'),
    newsletter_opt_in: oneOf('true', 'false', 'yes'),
    customer_since: oneOf('2020-02-29', '2021-02-29', '1572480000000', '0'),
    stage: oneOf('a;b', 'c', 'gone'),
    last_demo_at: oneOf('2020-02-29T03:30:17Z', 'soon'),
    hubspot_owner_id: oneOf('71', '72', '73'),
  },
  { requiredKeys: [] },
)

export const hubspotContact: fc.Arbitrary<HubSpotContact> = fc.record({
  id: fc.constantFrom(...ids),
  inList: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
  values,
  mergedIds: fc.constant<bigint[]>([]),
  companies: fc
    .tuple(fc.uniqueArray(fc.constantFrom(...companyIds), { maxLength: 3 }), fc.nat({ max: 3 }))
    .map(([own, primary]) => own.map((id, index) => ({ id, isPrimary: index === primary }))),
})

const domainTexts = [
  'a.io',
  ' WWW.A.io ',
  '\u200ba.io',
  '-',
  `${'a'.repeat(260)}.io`,
  'https://a.io/about',
  'b.io',
  'c.io',
  'gmail.com',
]

export const company: fc.Arbitrary<HubSpotRecord> = fc.record({
  id: fc.constantFrom(...companyIds),
  values: fc.record(
    {
      name: oneOf('Acme', ' Globex '),
      description: oneOf('makes things'),
      domain: oneOf(...domainTexts),
      hs_additional_domains: oneOf(...domainTexts, 'b.io;a.io', 'c.io; gmail.com'),
      numberofemployees: oneOf('12', 'many'),
    },
    { requiredKeys: [] },
  ),
  mergedIds: fc.constant<bigint[]>([]),
})

/** The properties that can be deleted in HubSpot. Its own properties cannot. */
export const deletableProperties = ['work_email', 'mobilephone', 'about', 'annual_spend', 'interests', 'linkedin_url']

export const relabelledInterests = {
  ...interests,
  options: interests.options.map((option) => ({ ...option, label: option.label.toUpperCase() })),
}

const hubspotSide: fc.Arbitrary<HubSpotSide> = fc.record({
  contacts: fc.uniqueArray(hubspotContact, { selector: ({ id }) => id, maxLength: 7 }),
  companies: fc.uniqueArray(company, { selector: ({ id }) => id, maxLength: 4 }),
  companyProperties: fc.constant(companyProperties),
  owners: fc.constant(owners),
  mergedAway: fc.constant({ CONTACT: mergedAwayIds, ACCOUNT: [] }),
  nextId: fc.constant(1_000n),
  properties: fc
    .oneof({ weight: 4, arbitrary: fc.constant<string[]>([]) }, fc.subarray(deletableProperties, { maxLength: 2 }))
    .map((deleted) => properties.filter(({ name }) => !deleted.includes(name))),
})

const handleMappings = [
  mapping('email', 'EMAIL'),
  mapping('work_email', 'EMAIL'),
  mapping('phone', 'PHONE'),
  mapping('mobilephone', 'PHONE'),
]
const nameMappings: Mapping[][] = [
  [mapping('firstname', 'FIRST_NAME'), mapping('lastname', 'LAST_NAME')],
  [mapping('lastname', 'LAST_NAME')],
  [mapping('firstname', 'NAME')],
  [],
]
const interestMappings = [
  [],
  [customField('interests', 'STRING')],
  [customField('interests', 'ENUM', ['customs', 'Sea & air freight'])],
]
const optInText: Mapping = {
  ...customField('newsletter_opt_in', 'STRING'),
  customField: { key: 'own_opt_in_text', type: 'STRING', options: [] },
}
const otherMappings = [
  mapping('about', 'DESCRIPTION'),
  mapping('linkedin_url', 'LINK'),
  mapping('website', 'LINK'),
  customField('annual_spend', 'NUMBER'),
  customField('newsletter_opt_in', 'BOOLEAN'),
  optInText,
  customField('stage', 'STRING'),
  customField('customer_since', 'DATETIME'),
  customField('last_demo_at', 'DATETIME'),
]
const ownerMappings = [
  [],
  [],
  [customField('hubspot_owner_id', 'STRING')],
  [customField('hubspot_owner_id', 'TEAMMATE')],
]
const accountMappings = [
  mapping('domain', 'DOMAIN'),
  mapping('name', 'NAME'),
  mapping('description', 'DESCRIPTION'),
  customField('numberofemployees', 'NUMBER'),
]
/** Mostly contacts of a list, since that is where most can go wrong. */
const parts = fc
  .tuple(
    fc.constantFrom<Settings['contactSource']>('FROM_LIST', 'FROM_LIST', 'FROM_SYNCED_ACCOUNTS', null),
    fc.boolean(),
    fc.shuffledSubarray(accountMappings, { minLength: 1 }),
  )
  .map(([contactSource, hasAccounts, mapped]) => ({
    contactSource,
    accountMappings: contactSource === 'FROM_LIST' && !hasAccounts ? null : mapped,
  }))
const few = (of: readonly bigint[]) =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constant<bigint[]>([]) },
    fc.constantFrom(...of).map((id) => [id]),
  )
/** Everybody who may be a teammate. Others have addresses elsewhere. */
export const possibleTeammates = ['olga@team.io', 'otto@team.io']

export const settings: fc.Arbitrary<Settings> = fc
  .record({
    parts,
    mappings: fc
      .tuple(
        fc.oneof(
          { weight: 8, arbitrary: fc.shuffledSubarray(handleMappings, { minLength: 1 }) },
          fc.constant<Mapping[]>([]),
        ),
        fc.constantFrom(...nameMappings),
        fc.constantFrom(...interestMappings),
        fc.shuffledSubarray(otherMappings),
        fc.constantFrom(...ownerMappings),
      )
      .map((groups) => groups.flat()),
    teammates: fc.subarray(possibleTeammates),
    excluded: fc.record({ CONTACT: few(ids), ACCOUNT: few(companyIds) }),
    defaultPhoneRegion: fc.constantFrom('US', 'GB'),
    contactLimit: fc.oneof({ weight: 5, arbitrary: fc.constant(1_000_000) }, fc.nat({ max: 4 })),
  })
  .map(({ parts, ...rest }) => ({ ...parts, ...rest }))

export const handle: fc.Arbitrary<Handle> = fc.constantFrom(
  ...['a@x.io', 'b@x.io', 'c@x.io', 'd@x.io'].map(email),
  ...['+14155552671', '+14155552672', '+442079460958', '415-555-2672', 'ext 12'].map(phone),
)
export const domain: fc.Arbitrary<Handle> = fc
  .constantFrom('a.io', 'b.io', 'c.io')
  .map((value) => ({ source: 'DOMAIN' as const, value }))

type Tie = Pick<Contact, 'externalId' | 'link'>
const link = (hubspotId: bigint, state: Link['state']): Link => ({ hubspotId, state, isHeld: false, syncedInRun: 0 })
const tieTo = (known: readonly bigint[]): fc.Arbitrary<Tie> =>
  fc.oneof(
    fc.constant<Tie>({ externalId: null, link: null }),
    fc
      .tuple(
        fc.constantFrom(...known),
        fc.constantFrom<Link['state']>('ACTIVE', 'ACTIVE', 'SOURCE_DELETED', 'OUT_OF_SCOPE'),
      )
      .map(([id, state]): Tie => ({ externalId: String(id), link: link(id, state) })),
    fc.constantFrom(...mergedAwayIds).map((id): Tie => ({ externalId: null, link: link(id, 'MERGED_AWAY') })),
    fc.constantFrom<string>('crm-1', ...known.map(String)).map((externalId): Tie => ({ externalId, link: null })),
  )

const contact: fc.Arbitrary<Contact> = fc
  .record({
    isPrivate: fc.oneof({ weight: 7, arbitrary: fc.constant(false) }, fc.constant(true)),
    tie: tieTo(ids),
    handles: fc.array(fc.record({ handle, fromHubspot: fc.boolean() }), { maxLength: 3 }),
    name: fc.constantFrom('', 'Ann Lee', 'Zoe'),
    description: fc.constantFrom('', 'tall', 'own'),
    links: fc.constantFrom<string[]>([], ['https://own.example']),
    customFields: fc.constantFrom<Contact['customFields']>({}, { own_annual_spend: 7, note: 'hers' }),
  })
  .map(({ tie, handles, ...rest }) => ({
    key: '',
    ...rest,
    ...tie,
    handles: handles.map(({ handle, fromHubspot }) => ({ ...handle, fromHubspot })),
    account: null,
    accountFromHubspot: false,
  }))

const account: fc.Arbitrary<Contact> = fc
  .record({
    tie: tieTo(companyIds),
    handles: fc.array(fc.record({ handle: domain, fromHubspot: fc.boolean() }), { maxLength: 2 }),
    name: fc.constantFrom('', 'Acme', 'Ours'),
    customFields: fc.constantFrom<Contact['customFields']>({}, { own_numberofemployees: 7, note: 'theirs' }),
  })
  .map(({ tie, handles, ...rest }) => ({
    key: '',
    isPrivate: false,
    description: '',
    links: [],
    ...rest,
    ...tie,
    handles: handles.map(({ handle, fromHubspot }) => ({ ...handle, fromHubspot })),
    account: null,
    accountFromHubspot: false,
  }))

/** Stores that satisfy I2 and B8, as any store does before a sync. Records that would violate them are dropped. */
const store: fc.Arbitrary<Store> = fc
  .record({ contacts: fc.array(contact, { maxLength: 5 }), accounts: fc.array(account, { maxLength: 3 }) })
  .map(({ contacts, accounts }) => ({
    contacts: consistent(contacts, 'A'),
    accounts: consistent(accounts, 'P'),
    aliases: [],
    errors: [],
  }))

/** Keys are letters from `first` on. */
function consistent(contacts: readonly Contact[], first: string): Contact[] {
  const taken = new Set<string>()
  const isFirst = (name: string) => !taken.has(name) && taken.add(name) !== undefined
  return contacts.map((raw, index): Contact => {
    const key = String.fromCharCode(first.charCodeAt(0) + index)
    const claim = raw.externalId ?? (raw.link ? String(raw.link.hubspotId) : null)
    const isTied = !raw.isPrivate && claim !== null && isFirst(`external id ${claim}`)
    const link = isTied ? raw.link : null
    const owner = raw.isPrivate ? key : 'shared'
    return {
      ...raw,
      key,
      link,
      externalId: isTied ? raw.externalId : null,
      handles: raw.handles
        .filter(({ source, value }) => isFirst(`${owner} ${source} ${value}`))
        .map((held) => ({ ...held, fromHubspot: held.fromHubspot && link !== null })),
    }
  })
}

export const world: fc.Arbitrary<World> = fc.record({ hubspot: hubspotSide, store, settings })
