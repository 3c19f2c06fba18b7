import { mix, pick } from './mix.ts'

/** One number, unique for its sequence number, in ranges that are valid in that country's numbering plan. */
export interface PhoneNumber {
  readonly country: 'US' | 'GB' | 'DE' | 'FR' | 'JP'
  readonly callingCode: string
  /** National significant number: digits only, no trunk prefix. */
  readonly national: string
}

const US_AREA_CODES = ['212', '415', '312', '617', '206', '512', '303', '702', '404', '214']
const RANGE = 8_000_000
// Coprime to RANGE, so that neighbours differ in most digits and no two sequence numbers below RANGE lead to the same
// number.
const SCATTER = 3_141_593

/** The number for a sequence number below 8 million. */
export const phoneNumberAt = (sequence: number): PhoneNumber => {
  const scattered = (sequence * SCATTER) % RANGE
  switch (sequence % 8) {
    case 0:
      return { country: 'GB', callingCode: '44', national: String(7_400_000_000 + scattered) }
    case 1:
      return { country: 'DE', callingCode: '49', national: `151${20_000_000 + scattered}` }
    case 2:
      return { country: 'FR', callingCode: '33', national: String(612_000_000 + scattered) }
    case 3:
      return { country: 'JP', callingCode: '81', national: `90${12_000_000 + scattered}` }
    default:
      return { country: 'US', callingCode: '1', national: `${pick(US_AREA_CODES, sequence)}${2_000_000 + scattered}` }
  }
}

export const e164 = (number: PhoneNumber): string => `+${number.callingCode}${number.national}`

const groups = ({ country, national }: PhoneNumber): string[] => {
  if (country === 'US') return [national.slice(0, 3), national.slice(3, 6), national.slice(6)]
  if (country === 'GB') return [national.slice(0, 4), national.slice(4)]
  if (country === 'FR') return [national.slice(0, 1), ...(national.slice(1).match(/../g) ?? [])]
  return [national.slice(0, 3), national.slice(3, 7), national.slice(7)]
}

/**
 * A number with an extension is a different one from the same number without: one in eighteen has one, however it is
 * written.
 */
const extensionOf = ({ country, national }: PhoneNumber): string | null => {
  const last = Number(national.slice(-4))
  return country === 'US' && last % 18 === 0 ? String((last % 90) + 10) : null
}

/** The number as people write it: national only for the US, since that is the region a reader assumes by default. */
export const writtenPhone = (number: PhoneNumber, style: number): string => {
  const parts = groups(number)
  const [first = '', ...rest] = parts
  const international = `+${number.callingCode} ${parts.join(' ')}`
  const extension = extensionOf(number)
  if (extension !== null) {
    const base = pick([parts.join('-'), `(${first}) ${rest.join('-')}`, international, e164(number)], style)
    return `${base}${pick([' ext. ', ' x', ';ext='], style >>> 4)}${extension}`
  }
  if (number.country === 'US') {
    const national = [
      `(${first}) ${rest.join('-')}`,
      parts.join('-'),
      parts.join('.'),
      number.national,
      `1-${parts.join('-')}`,
    ]
    return style % 3 === 0 ? pick(national, style >>> 4) : style % 3 === 1 ? international : e164(number)
  }
  if (number.country === 'GB' && style % 5 === 0) return `+44 (0)${parts.join(' ')}`
  return pick([international, e164(number), `+${number.callingCode}-${parts.join('-')}`, ` ${international} `], style)
}

/** The number as dialled from abroad in Europe. It has no meaning in the US, so a reader there keeps it as text. */
export const zeroZeroPhone = (number: PhoneNumber): string => `00${number.callingCode} ${groups(number).join(' ')}`

const SYLLABLES = ['ba', 'ke', 'li', 'mo', 'nu', 'pa', 're', 'si', 'to', 'vu']

/** Not a number at all, but unique for the index: equal texts would be equal handles. */
export const phoneText = (seed: number, index: number): string => {
  const word = [...String(index)].map((digit) => SYLLABLES[Number(digit)]).join('')
  const template = pick(
    ['call reception, ask for {}', 'n/a ({})', 'via {} only', 'see {} at the desk'],
    mix(seed, index, 9),
  )
  return template.replace('{}', word)
}
