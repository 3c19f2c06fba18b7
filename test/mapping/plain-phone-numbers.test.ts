import fc from 'fast-check'
import { type CountryCode, getCountries, getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js'
import { describe, expect, it } from 'vitest'
import { plainNumber, readPhoneNumber } from '../../src/contacts/phone-number.ts'
import { runs } from '../support/runs.ts'

/** The library's answer, asked directly. */
function byLibrary(text: string, region: string): string | null {
  const parsed = parsePhoneNumberFromString(text, region as CountryCode)
  if (!parsed) return null
  const extension = parsed.ext ? `;ext=${parsed.ext}` : ''
  const mexican = /^\+521(\d{10})$/.exec(parsed.number)
  if (mexican) return `+52${mexican[1]}${extension}`
  return parsed.isValid() ? parsed.number + extension : null
}

const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^\\d{${min},${max}}$`))
const separator = fc.constantFrom('', '', ' ', '-', '.', '  ', ' (', ') ', '/', '\u00a0')
const written = fc
  .array(fc.tuple(digits(1, 7), separator), { minLength: 1, maxLength: 6 })
  .map((groups) => groups.map(([group, after]) => group + after).join(''))
const callingCode = fc.constantFrom(...new Set<string>(getCountries().map((country) => getCountryCallingCode(country))))
const international = fc
  .tuple(callingCode, separator, fc.oneof(digits(4, 13), written), fc.constantFrom('', ' ', ' ext. 12'))
  .map(([code, gap, rest, after]) => `+${code}${gap}${rest}${after}`)
const areaCode = fc.constantFrom('212', '415', '800', '900', '242', '204', '684', '340', '115', '555')
const american = fc
  .tuple(
    areaCode,
    digits(3, 3),
    digits(4, 4),
    fc.constantFrom('A-B-C', 'A.B.C', 'A B C', '(A) B-C', '1-A-B-C', 'ABC', '+1ABC'),
  )
  .map(([a, b, c, form]) => form.replace('A', a).replace('B', b).replace('C', c))
const anything = fc.oneof(international, american, written, fc.string({ maxLength: 24 }))
const region = fc.constantFrom('US', 'US', 'CA', 'GB', 'DE', 'RU', 'BR')

describe('a phone number', () => {
  it('B49: in plain notation is read as the library reads it, in every country', () => {
    fc.assert(
      fc.property(anything, region, (text, given) => {
        expect(readPhoneNumber(text.trim(), given)).toBe(byLibrary(text.trim(), given))
      }),
      { numRuns: runs(5_000, 200_000) },
    )
  })

  it.each([
    '+1 415 555 2671',
    '+14155552671',
    '+44 7400 123456',
    '+49 151 23456789',
    '+33 6 12 34 56 78',
    '+81 90 1234 5678',
    '(415) 555-2671',
    '415.555.2671',
  ])('B49: %s needs no call of the library', (text) => {
    expect(plainNumber(text, 'US')).toBe(byLibrary(text, 'US'))
    expect(plainNumber(text, 'US')).not.toBeNull()
  })

  it.each(['+44 (0)7400 123456', '415-555-2671 ext. 10', '00441234', 'call reception', '+44 0123', '+7 800 555 35 35'])(
    'B49: %s is left to the library',
    (text) => {
      expect(plainNumber(text, 'US')).toBeNull()
      expect(readPhoneNumber(text, 'US')).toBe(byLibrary(text, 'US'))
    },
  )
})
