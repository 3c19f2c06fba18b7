import { type CountryCode, type MetadataJson, parsePhoneNumberFromString } from 'libphonenumber-js'
import metadata from 'libphonenumber-js/min/metadata'

/**
 * The E.164 form of a valid number, followed by its extension as in RFC 3966 (`+16502530000;ext=12`). National
 * notations are read in `region` (ISO 3166, for example 'US'). Null for any other text.
 *
 * The library decides. It takes 20 microseconds per number, a fifth of the total cost of a contact, so the plainest
 * notations, which are nearly all, are checked here against the library's own numbering plans. Everything that these do
 * not accept immediately is left to the library.
 */
export function readPhoneNumber(text: string, region: string): string | null {
  return plainNumber(text, region) ?? parsed(text, region)
}

function parsed(text: string, region: string): string | null {
  const number = parsePhoneNumberFromString(text, region as CountryCode)
  if (number === undefined) return null
  // Until 2019, Mexican mobile numbers had a 1 after the country code. Today, the same phones have no 1.
  const base = oldMexicanMobile.test(number.number) ? number.number.replace('+521', '+52') : number.number
  if (base === number.number && !number.isValid()) return null
  return number.ext ? `${base};ext=${inAscii(number.ext)}` : base
}

const oldMexicanMobile = /^\+521\d{10}$/

/**
 * In addition to ASCII, the library reads Arabic, Persian, and full-width digits. Each of these begins at a multiple of
 * 16.
 */
function inAscii(digits: string): string {
  return digits.replace(/[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]/g, (digit) => String(digit.charCodeAt(0) % 16))
}

/** "+" and groups of digits, separated by at most one space, hyphen, or dot. */
const international = /^\+[1-9]\d*(?:[ .-]\d+)*$/
const northAmerican = /^(?:\(\d{3}\) ?|\d{3}[ .-]?)\d{3}[ .-]?\d{4}$/

/** Null if the library has to decide. */
export function plainNumber(text: string, region: string): string | null {
  if (text.charCodeAt(0) === plusSign) {
    if (text.length > 20 || !international.test(text)) return null
    const digits = onlyDigits(text)
    for (let length = 1; length <= 3; length++) {
      const plan = planOf(digits.slice(0, length))
      if (plan !== null) return plan.accepts(digits.slice(length)) ? `+${digits}` : null
    }
    return null
  }
  if (region !== 'US' || text.length > 14 || !northAmerican.test(text)) return null
  const digits = onlyDigits(text)
  return planOf('1')?.accepts(digits) ? `+1${digits}` : null
}

const plusSign = '+'.charCodeAt(0)

function onlyDigits(text: string): string {
  return /^\+?\d+$/.test(text) ? text.replace('+', '') : text.replace(/\D/g, '')
}

/** The numbers that the main country of a calling code assigns. */
class NumberingPlan {
  readonly #general: RegExp
  /** If several countries share the code, a number is valid by its type, beginning with the main country's. */
  readonly #types: readonly { readonly pattern: RegExp; readonly lengths: readonly number[] }[] | null
  /** Digits that are dialled before a number within the country. The library may remove them. */
  readonly #trunk: RegExp | null

  constructor(country: Country) {
    const lengths = country[at.lengths] as readonly number[]
    // The library has 0 for missing values, also within the array.
    const types = (country[at.types] || null) as readonly (readonly [string?, (readonly number[])?] | null)[] | null
    const trunk = country[at.trunkForParsing] || country[at.trunk]
    this.#general = entire(country[at.general])
    this.#trunk = trunk ? new RegExp(`^(?:${trunk})`) : null
    this.#types =
      types?.flatMap((type) => (type?.[0] ? [{ pattern: entire(type[0]), lengths: type[1] || lengths }] : [])) ?? null
  }

  accepts(national: string): boolean {
    if (this.#trunk?.test(national) || !this.#general.test(national)) return false
    if (this.#types === null) return true
    return this.#types.some(({ pattern, lengths }) => lengths.includes(national.length) && pattern.test(national))
  }
}

/** A country in the library's metadata, and the positions of its values. */
type Country = readonly unknown[]
const at = { general: 2, lengths: 3, trunk: 5, trunkForParsing: 7, leadingDigits: 10, types: 11 }
const entire = (pattern: unknown) => new RegExp(`^(?:${pattern})$`)
const { countries, country_calling_codes: callingCodes } = metadata as unknown as MetadataJson & {
  readonly countries: Readonly<Record<string, Country>>
  readonly country_calling_codes: Readonly<Record<string, readonly string[]>>
}
const plans = new Map<string, NumberingPlan | null>()

function planOf(callingCode: string): NumberingPlan | null {
  const known = plans.get(callingCode)
  if (known !== undefined) return known
  const main = countries[callingCodes[callingCode]?.[0] ?? '']
  // A country that is identified by its first digits is left to the library.
  const plan = main === undefined || main[at.leadingDigits] ? null : new NumberingPlan(main)
  plans.set(callingCode, plan)
  return plan
}
