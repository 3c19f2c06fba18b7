import fc from 'fast-check'
import { tellContact } from '../reference/told.ts'
import { exists, type HubSpotContact, type HubSpotRecord, type World } from '../reference/world.ts'
import { hugeEmail, longName, world } from './arbitrary-worlds.ts'
import { type Change, change } from './changes.ts'
import { properties } from './small-worlds.ts'

/** Some runs over one workspace, and what happens before each. */
export interface Story {
  readonly world: World
  readonly runs: readonly StoryRun[]
}

export interface StoryRun {
  /** Changes before the run. */
  readonly changes: readonly Change[]
  readonly pace: Pace
}

/** What must make no difference (I8). */
export interface Pace {
  readonly membershipLimit: number
  readonly pageSize: number
  readonly sliceSize: number
  readonly readLimit: number
  readonly pagesAhead: number
  /** One page per chunk, as for a worker that is told to stop all the time. */
  readonly isStopAndGo: boolean
  /** Numbers of calls to HubSpot in the run at which the work ends as in a crash. */
  readonly crashesAtCalls: readonly number[]
}

const pace: fc.Arbitrary<Pace> = fc.record({
  membershipLimit: fc.integer({ min: 1, max: 4 }),
  pageSize: fc.integer({ min: 1, max: 8 }),
  sliceSize: fc.integer({ min: 1, max: 4 }),
  readLimit: fc.integer({ min: 1, max: 3 }),
  pagesAhead: fc.integer({ min: 1, max: 3 }),
  isStopAndGo: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
  crashesAtCalls: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    fc.uniqueArray(fc.nat({ max: 20 }), { minLength: 1, maxLength: 3 }),
  ),
})

const noChanges = fc.constant<Change[]>([])
const changes = fc.array(change, { minLength: 1, maxLength: 4 })

/** A first run, and some more after changes or on the same state again (B52). */
export const story: fc.Arbitrary<Story> = fc
  .record({
    world,
    first: fc.record({ changes: noChanges, pace }),
    more: fc.array(fc.record({ changes: fc.oneof(noChanges, changes, changes), pace }), { maxLength: 2 }),
  })
  .map(({ world, first, more }) => ({ world, runs: [first, ...more] }))
  .map((told) => ({ ...told, [fc.toStringMethod]: () => `\n${tellStory(told)}\n` }))

/** A world that prints as text instead of a dump if a property fails for it. */
export const readableWorld: fc.Arbitrary<World> = world.map((given) => ({
  ...given,
  [fc.toStringMethod]: () => `\n${tellWorld(given).join('\n')}\n`,
}))

function tellStory({ world, runs }: Story): string {
  return [
    ...tellWorld(world),
    ...runs.flatMap(({ changes, pace }, index) => [
      ...changes.map((one) => `Then ${tellChange(one)}`),
      `Run ${index + 1}: ${JSON.stringify(pace)}`,
    ]),
  ].join('\n')
}

function tellWorld({ settings, hubspot, store }: World): string[] {
  const missing = properties.filter(({ name }) => !exists(hubspot, name)).map(({ name }) => name)
  return [
    tellSettings(settings),
    `HubSpot${missing.length > 0 ? ` without ${missing.join(', ')}` : ''}:`,
    ...hubspot.contacts.map((contact) => `  ${tellRecord(contact)}`),
    ...hubspot.companies.map((company) => `  ${tellCompany(company)}`),
    'Store:',
    ...store.contacts.map((contact) => `  ${tellContact(contact)}`),
    ...store.accounts.map((account) => `  account ${tellContact(account)}`),
  ]
}

function tellSettings({
  contactSource,
  mappings,
  accountMappings,
  defaultPhoneRegion,
  contactLimit,
  teammates,
  excluded,
}: World['settings']): string {
  const tellTarget = ({ target, customField }: (typeof mappings)[number]) =>
    customField ? `${customField.type}${customField.options.map((option) => ` "${option}"`).join('')}` : target
  const tell = (mapping: (typeof mappings)[number]) => `${mapping.property} → ${tellTarget(mapping)}`
  return [
    `Settings: contacts ${contactSource}, region ${defaultPhoneRegion}, limit ${contactLimit}`,
    ...mappings.map(tell),
    ...(accountMappings ? ['accounts', ...accountMappings.map(tell)] : []),
    ...(teammates.length > 0 ? ['teammates', ...teammates] : []),
    ...(excluded.CONTACT.length > 0 ? ['without contacts', ...excluded.CONTACT] : []),
    ...(excluded.ACCOUNT.length > 0 ? ['without companies', ...excluded.ACCOUNT] : []),
  ].join(', ')
}

const tellRecord = ({ id, inList, values, companies }: HubSpotContact): string =>
  [
    `${id}${inList ? '' : ' (not in the list)'}: ${JSON.stringify(values).replace(hugeEmail, 'huge').replace(longName, 'long')}`,
    ...companies.map((company) => `at ${company.id}${company.isPrimary ? ' (primary)' : ''}`),
  ].join(' ')

const tellCompany = ({ id, values }: HubSpotRecord): string => `company ${id}: ${JSON.stringify(values)}`

function tellChange(one: Change): string {
  if (one.kind === 'write in HubSpot') return `${one.kind} ${tellRecord(one.contact)}`
  if (one.kind === 'write company in HubSpot') return `${one.kind} ${tellCompany(one.company)}`
  if (one.kind === 'associate as another') {
    return `${one.kind} ${one.of} ${one.like.map(({ id, isPrimary }) => `${id}${isPrimary ? '!' : ''}`).join(' ')}`
  }
  if (one.kind === 'edit settings') return `${one.kind}: ${tellSettings(one.settings)}`
  const { kind, ...rest } = one
  return `${kind} ${JSON.stringify(rest)}`
}
