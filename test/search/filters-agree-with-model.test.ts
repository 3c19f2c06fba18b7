import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { ContactFilter } from '../../src/search/contact-filter.ts'
import { countAll, findPage } from '../../src/search/find-page.ts'
import { selectContacts } from '../../src/search/select-records.ts'
import type { NumberFilter, TextFilter } from '../../src/search/value-filters.ts'
import { storeContact } from '../support/graphql/stored-rows.ts'
import { plainText } from '../support/plain-text.ts'
import { runs } from '../support/runs.ts'
import { someMember } from '../support/some-member.ts'
import { createTestDatabase } from '../support/test-database.ts'

const database = await createTestDatabase()
const viewer = someMember()
const context = {
  contact: [
    { key: 'stage', type: 'STRING' as const, options: [] },
    { key: 'size', type: 'NUMBER' as const, options: [] },
    { key: 'news', type: 'BOOLEAN' as const, options: [] },
  ],
  account: [],
  phoneRegion: 'US',
}

interface Known {
  readonly id: string
  readonly name: string
  readonly email: string | null
  readonly values: { readonly stage?: string; readonly size?: number; readonly news?: boolean }
  readonly isLinked: boolean
}

const contacts: Known[] = []
const texts = ['', 'a', 'A', 'ab', 'b%', '_b', 'B\\a', 'c', 'Á', 'ñ\u{FF05}']
const numbers = [-1, 0, 0.5, 2, 10]

beforeAll(async () => {
  const pick = <T>(from: readonly T[], n: number) => from[n % from.length] as T
  for (let n = 0; n < 60; n++) {
    const name = pick(texts, n) + pick(texts, n >> 2)
    const email = n % 3 === 0 ? null : `${pick(['a', 'ab', 'c'], n >> 1)}${n}@x.test`
    const values = {
      ...(n % 4 === 0 ? {} : { stage: pick(texts.slice(1), n >> 1) }),
      ...(n % 5 === 0 ? {} : { size: pick(numbers, n) }),
      ...(n % 2 === 0 ? {} : { news: n % 3 === 0 }),
    }
    const hubspotId = n % 7 === 0 ? BigInt(1000 + n) : undefined
    const id = await storeContact(database, viewer.workspaceId, {
      name,
      email: email ?? undefined,
      customFields: values,
      hubspotId,
    })
    contacts.push({ id, name, email, values, isLinked: hubspotId !== undefined })
  }
})

const text = fc.constantFrom(...texts.slice(1))
const textFilter: fc.Arbitrary<TextFilter> = fc.oneof(
  fc.record({ eq: text }),
  fc.record({ in: fc.array(text, { maxLength: 3 }) }),
  fc.record({ contains: text, startsWith: text }, { requiredKeys: [] }),
  fc.record({ contains: text, isNull: fc.boolean() }, { requiredKeys: [] }),
)
const number = fc.constantFrom(...numbers)
const numberFilter: fc.Arbitrary<NumberFilter> = fc.record(
  { eq: number, in: fc.array(number, { maxLength: 2 }), gt: number, gte: number, lt: number, lte: number },
  { requiredKeys: [] },
)
const one: fc.Arbitrary<ContactFilter> = fc.oneof(
  fc.record({ name: textFilter }),
  fc.record({ hasHandle: fc.boolean() }),
  fc.record({ hubspot: fc.record({ isNull: fc.boolean() }) }),
  fc.record({ handle: fc.record({ value: fc.record({ startsWith: fc.constantFrom('a', 'AB', 'c', 'x') }) }) }),
  fc.record({
    customFields: fc.array(
      fc.oneof(
        fc.record({ key: fc.constant('stage'), text: textFilter }),
        fc.record({ key: fc.constant('size'), number: numberFilter }),
        fc.record({ key: fc.constant('news'), boolean: fc.record({ eq: fc.boolean() }) }),
        fc.record({ key: fc.constantFrom('stage', 'size', 'news'), isNull: fc.boolean() }),
      ),
      { maxLength: 2 },
    ),
  }),
)

/** Filters nested up to this many levels. */
function filterOf(levels: number): fc.Arbitrary<ContactFilter> {
  if (levels === 0) return one
  const inner = filterOf(levels - 1)
  return fc.oneof(
    one,
    fc.record({ and: fc.array(inner, { maxLength: 2 }) }),
    fc.record({ or: fc.array(inner, { maxLength: 2 }) }),
    fc.record({ not: inner }),
    fc.record({ not: inner, name: textFilter }),
  )
}

/** Evaluates a filter according to the descriptions in the schema, without SQL. */
function holds(contact: Known, wanted: ContactFilter): boolean {
  const { name, hasHandle, hubspot, handle, customFields, and, or, not } = wanted
  return (
    (name == null || holdsText(contact.name, name)) &&
    (hasHandle == null || (contact.email !== null) === hasHandle) &&
    (hubspot?.isNull == null || contact.isLinked === !hubspot.isNull) &&
    (handle?.value?.startsWith == null ||
      (contact.email !== null && holdsText(contact.email, { startsWith: handle.value.startsWith }))) &&
    (customFields ?? []).every((field) => {
      const value = contact.values[field.key as keyof Known['values']]
      return (
        (field.isNull == null || (value === undefined) === field.isNull) &&
        (field.text == null || holdsText(value as string | undefined, field.text)) &&
        (field.number == null || holdsNumber(value as number | undefined, field.number)) &&
        (field.boolean?.eq == null || value === field.boolean.eq)
      )
    }) &&
    (and ?? []).every((inner) => holds(contact, inner)) &&
    (or == null || or.some((inner) => holds(contact, inner))) &&
    (not == null || !holds(contact, not))
  )
}

function holdsText(value: string | undefined, { eq, in: among, contains, startsWith, isNull }: TextFilter): boolean {
  const lower = value && plainText(value)
  return (
    (eq == null || value === eq) &&
    (among == null || (value !== undefined && among.includes(value))) &&
    (contains == null || lower?.includes(plainText(contains)) === true) &&
    (startsWith == null || lower?.startsWith(plainText(startsWith)) === true) &&
    (isNull == null || ((value ?? '') === '') === isNull)
  )
}

function holdsNumber(value: number | undefined, { eq, in: among, gt, gte, lt, lte }: NumberFilter): boolean {
  const is = (wanted: number | null | undefined, compare: (a: number, b: number) => boolean) =>
    wanted == null || (value !== undefined && compare(value, wanted))
  return (
    is(eq, (a, b) => a === b) &&
    (among == null || (value !== undefined && among.includes(value))) &&
    is(gt, (a, b) => a > b) &&
    is(gte, (a, b) => a >= b) &&
    is(lt, (a, b) => a < b) &&
    is(lte, (a, b) => a <= b)
  )
}

test('B5: any filter selects exactly the contacts that match it', async () => {
  const page = { order: { field: 'ID' as const, isDescending: false }, after: undefined, before: undefined }
  let several = 0
  await fc.assert(
    fc.asyncProperty(filterOf(3), async (wanted) => {
      const selection = selectContacts(viewer, wanted, context)

      const found = await findPage(database.pool, selection, { ...page, size: 100, fromEnd: false })
      const count = await countAll(database.pool, selection)

      const expected = contacts.filter((contact) => holds(contact, wanted)).map(({ id }) => id)
      expect(found.map(({ id }) => id)).toEqual(expected)
      expect(count).toBe(expected.length)
      if (expected.length > 1 && expected.length < contacts.length) several += 1
    }),
    {
      numRuns: runs(200, 5_000),
      // In the past, PostgreSQL could not infer the type of a parameter in a filter without operators.
      examples: [[{ not: { customFields: [{ key: 'stage', text: {} }] } }]],
    },
  )
  // Filters that match nothing or everything would show little.
  expect(several).toBeGreaterThan(30)
})
