import emailProviders from 'email-providers/all.json' with { type: 'json' }
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js'
import { type Handle, type HubSpotContact, type Mapping, type Part, readValue } from './world.ts'

/** The mapped handles of a HubSpot contact, and the properties whose values are not handles. */
export interface CandidateHandles {
  /** Normalised (B49), in the order in which they decide a match (B50). */
  readonly handles: readonly Handle[]
  readonly invalid: readonly { readonly source: Handle['source']; readonly property: string }[]
}

interface Text {
  readonly property: string
  readonly text: string
}

export function candidateHandles({ hubspot, settings }: Part, contact: HubSpotContact): CandidateHandles {
  const one = (property: string): Text[] => [{ property, text: readValue(hubspot, contact, property) ?? '' }]
  const several = (property: string): Text[] =>
    (readValue(hubspot, contact, property) ?? '').split(';').map((text) => ({ property, text }))
  const valuesOf = ({ property, target }: Mapping): Text[] => [
    ...(target === 'DOMAIN' ? several(property) : one(property)),
    ...(property === 'email' && target === 'EMAIL' ? several('hs_additional_emails') : []),
    ...(property === 'domain' && target === 'DOMAIN' ? several('hs_additional_domains') : []),
  ]
  const read = (source: Handle['source'], normal: (text: string) => string | 'invalid') =>
    settings.mappings
      .filter(({ target }) => target === source)
      .flatMap(valuesOf)
      .map(({ property, text }) => ({ source, property, value: normal(visible(text)) }))
      .filter(({ value }) => value !== '')
  const all = [
    ...read('EMAIL', normalEmail),
    ...read('PHONE', (text) => normalPhone(text, settings.defaultPhoneRegion)),
    ...read('DOMAIN', normalDomain),
  ]
  const isHandle = ({ value }: (typeof all)[number]) => value !== 'invalid'
  return {
    handles: all
      .filter(isHandle)
      .filter((handle, turn, handles) => handles.findIndex((other) => sameHandle(handle, other)) === turn)
      .map(({ source, value }) => ({ source, value })),
    invalid: all.filter((one) => !isHandle(one)).map(({ source, property }) => ({ source, property })),
  }
}

export const isHandleMapping = (mapping: Mapping): boolean => mapping.target === 'EMAIL' || mapping.target === 'PHONE'

export const sameHandle = (one: Handle, other: Handle): boolean =>
  one.source === other.source && one.value === other.value

/** Format characters and no-break spaces are invisible, and nobody means them. */
const visible = (text: string): string => text.replace(/[\p{Cf}\u00a0\u202f\u2007]/gu, '').trim()

/** More than any address has, and less than an index can hold. */
const longest = 1_000

function normalEmail(text: string): string {
  if (text === '') return ''
  const sides = text.toLowerCase().split('@')
  const isAddress = sides.length === 2 && sides.every((side) => side !== '' && !/\s/.test(side))
  return isAddress && new TextEncoder().encode(text.toLowerCase()).length <= longest ? sides.join('@') : 'invalid'
}

/** The domain in a text that may be the URL of a page. A free-mail domain does not identify a company (B65). */
function normalDomain(text: string): string {
  const lower = text.toLowerCase()
  const host = (lower.includes('://') ? lower.slice(lower.indexOf('://') + 3) : lower).split('/')[0] ?? ''
  const domain = host.startsWith('www.') ? host.slice(4) : host
  if (domain.length > 255) return 'invalid'
  return !/[a-z0-9]/.test(domain) || emailProviders.includes(domain) ? '' : domain
}

function normalPhone(text: string, region: string): string {
  // Only zeros, or nothing at all: somebody had to fill in the field.
  if (!/[1-9]/.test(text)) return ''
  const parsed = parsePhoneNumberFromString(text, region as CountryCode)
  const extension = parsed?.ext === undefined ? '' : `;ext=${parsed.ext}`
  if (parsed?.countryCallingCode === '52' && /^1\d{10}$/.test(parsed.nationalNumber)) {
    return `+52${parsed.nationalNumber.slice(1)}${extension}`
  }
  const written = parsed?.isValid() ? parsed.number + extension : text
  return written.length > longest ? 'invalid' : written
}
