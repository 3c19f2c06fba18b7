import { type CountryCode, type MetadataJson, parsePhoneNumberFromString } from 'libphonenumber-js'
import metadata from 'libphonenumber-js/min/metadata'

/**
 * The E.164 form of a valid number, with its extension behind it as RFC 3966 writes it (`+16502530000;ext=12`); national
 * notations are read in `region` (ISO 3166, e.g. 'US'). Null for any other text.
 *
 * The library decides. It takes 20 microseconds for a number, a fifth of what a contact costs altogether, so the plainest
 * notations, which are nearly all, are held against the library's own numbering plans here; whatever these do not accept
 * at first sight is left to it.
 */
export function readPhoneNumber(text: string, region: string): string | null {
  return plainNumber(text, region) ?? parsed(text, region)
}

function parsed(text: string, region: string): string | null {
  const number = parsePhoneNumberFromString(text, region as CountryCode)
  if (number === undefined) return null
  // Until 2019 Mexican mobiles were dialled with a 1 behind the country's code; the same telephone has no 1 today.
  const base = oldMexicanMobile.test(number.number) ? number.number.replace('+521', '+52') : number.number
  if (base === number.number && !number.isValid()) return null
  return number.ext ? `${base};ext=${inAscii(number.ext)}` : base
}

const oldMexicanMobile = /^\+521\d{10}$/

/** Besides ASCII's the library reads Arabic, Persian and full-width digits; each of these begins at a multiple of 16. */
function inAscii(digits: string): string {
  return digits.replace(/[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]/g, (digit) => String(digit.charCodeAt(0) % 16))
}

/** "+" and groups of digits, each set off by one space, hyphen or dot at most. */
const international = /^\+[1-9]\d*(?:[ .-]\d+)*$/
const northAmerican = /^(?:\(\d{3}\) ?|\d{3}[ .-]?)\d{3}[ .-]?\d{4}$/

/** Null where the library has to look. */
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

/** What a calling code's main country assigns to somebody. */
class NumberingPlan {
  readonly #general: RegExp
  /** Several countries share the code: a number is valid by its type, the main country's first. */
  readonly #types: readonly { readonly pattern: RegExp; readonly lengths: readonly number[] }[] | null
  /** Digits that are dialled before a number within the country; the library may take them off. */
  readonly #trunk: RegExp | null

  constructor(country: Country) {
    const lengths = country[at.lengths] as readonly number[]
    // The library has 0 for what is not there, in the array too.
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

/** A country in the library's metadata, and where it keeps what. */
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
  // A country that is told by its first digits is left to the library.
  const plan = main === undefined || main[at.leadingDigits] ? null : new NumberingPlan(main)
  plans.set(callingCode, plan)
  return plan
}
