import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { describe, expect, test } from 'vitest'
import { expectedOutcome } from '../../simulator/expected-outcome.ts'
import { e164, phoneNumberAt } from '../../simulator/seed/phone-numbers.ts'
import { seededContacts } from '../../simulator/seed/seeded-contacts.ts'

const phoneKey = (text: string): string => {
  const parsed = parsePhoneNumberFromString(text.trim(), 'US')
  return parsed?.isValid() ? parsed.number : text.trim()
}

const keysOf = (texts: (string | null)[], normalise: (text: string) => string): Set<string> =>
  new Set(texts.filter((text) => (text ?? '').trim() !== '').map((text) => normalise(text ?? '')))

const isDate = (text: string): boolean => {
  if (/^\d{12,13}$/.test(text)) return true
  const time = Date.parse(`${text}T00:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

/** The outcome according to the rules, applied contact by contact without knowing why a contact was generated. */
const bruteForce = (seed: number, count: number) => {
  const contacts = seededContacts(seed, count)
  const holders = new Set<string>()
  const errors = { MISSING_HANDLE: 0, EMAIL_TAKEN: 0, PHONE_TAKEN: 0, INVALID_VALUE: 0 }
  const ids: Record<keyof typeof errors, string[]> = {
    MISSING_HANDLE: [],
    EMAIL_TAKEN: [],
    PHONE_TAKEN: [],
    INVALID_VALUE: [],
  }
  const note = (error: keyof typeof errors, id: number) => {
    errors[error]++
    if (ids[error].length < 10) ids[error].push(String(id))
  }
  let [total, created] = [0, 0]
  for (let index = 0; index < count; index++) {
    const contact = contacts.recordAt(index)
    if (contact.archivedAt !== null) continue
    total++
    const additional = (contact.value('hs_additional_emails') ?? '').split(';')
    const emails = keysOf([contact.value('email'), contact.value('work_email'), ...additional], (text) =>
      text.trim().toLowerCase(),
    )
    const phones = keysOf([contact.value('phone'), contact.value('mobilephone')], phoneKey)
    if (emails.size + phones.size === 0) note('MISSING_HANDLE', contact.id)
    else if ([...emails].some((email) => holders.has(email))) note('EMAIL_TAKEN', contact.id)
    else if ([...phones].some((phone) => holders.has(phone))) note('PHONE_TAKEN', contact.id)
    else {
      created++
      for (const handle of [...emails, ...phones]) holders.add(handle)
      const since = contact.value('customer_since')
      if (since !== null && !isDate(since)) note('INVALID_VALUE', contact.id)
    }
  }
  return { total, created, skipped: total - created, errors, ids }
}

describe('the outcome expected by construction', () => {
  test.each([
    [1, 0],
    [1, 1],
    [1, 37],
    [2, 1000],
    [7, 2500],
    [1, 10_000],
  ])('is the result of following the rules (seed %i, %i contacts)', (seed, count) => {
    const { ids, ...counted } = bruteForce(seed, count)
    const { samples, ...expected } = expectedOutcome(seed, count)
    expect(expected).toEqual(counted)
    expect(samples).toMatchObject(ids)
  })

  test('has every kind of trouble in a thousand contacts, but little of it', () => {
    const { total, created, errors, samples } = expectedOutcome(1, 1000)
    expect(Math.min(...Object.values(errors), samples.merged.length)).toBeGreaterThan(0)
    expect(created / total).toBeGreaterThan(0.95)
  })

  test('is known immediately for a million', () => {
    const { total, created, skipped } = expectedOutcome(1, 1_000_000)
    expect([total, created + skipped]).toEqual([995_000, 995_000])
  })
})

test('made-up phone numbers are valid and never equal', () => {
  const seen = new Set<string>()
  for (let sequence = 0; sequence < 8000; sequence++) {
    const number = e164(phoneNumberAt(sequence * 250))
    expect(parsePhoneNumberFromString(number)?.isValid(), number).toBe(true)
    seen.add(number)
  }
  expect(seen.size).toBe(8000)
})
