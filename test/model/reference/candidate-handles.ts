import emailProviders from 'email-providers/all.json' with { type: 'json' }
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js'
import { type Handle, type HubSpotContact, type Mapping, type Part, readValue } from './world.ts'

/** The mapped handles of a HubSpot contact, normalised (B49), in the order in which they decide a match (B50). */
export function candidateHandles({ hubspot, settings }: Part, contact: HubSpotContact): Handle[] {
  const several = (property: string) => (readValue(hubspot, contact, property) ?? '').split(';')
  const valuesOf = ({ property, target }: Mapping) => {
    const values = target === 'DOMAIN' ? several(property) : [readValue(hubspot, contact, property)]
    if (property === 'email' && target === 'EMAIL') {
      values.push(...(readValue(hubspot, contact, 'hs_additional_emails') ?? '').split(';'))
    }
    if (property === 'domain' && target === 'DOMAIN') values.push(...several('hs_additional_domains'))
    return values
  }
  const texts = (target: Handle['source']) =>
    settings.mappings
      .filter((mapping) => mapping.target === target)
      .flatMap(valuesOf)
      .map((text) => text?.trim() ?? '')
      .filter((text) => text !== '')
  const emails = texts('EMAIL').map((text) => text.toLowerCase())
  // A domain of free mail tells no company from another (B65).
  const domains = texts('DOMAIN')
    .map(normalDomain)
    .filter((domain) => domain !== '' && !emailProviders.includes(domain))
  const phones = texts('PHONE').map((text) => normalPhone(text, settings.defaultPhoneRegion))
  return [
    ...[...new Set(emails)].map((value): Handle => ({ source: 'EMAIL', value })),
    ...[...new Set(phones)].map((value): Handle => ({ source: 'PHONE', value })),
    ...[...new Set(domains)].map((value): Handle => ({ source: 'DOMAIN', value })),
  ]
}

export const isHandleMapping = (mapping: Mapping): boolean => mapping.target === 'EMAIL' || mapping.target === 'PHONE'

export const sameHandle = (one: Handle, other: Handle): boolean =>
  one.source === other.source && one.value === other.value

/** The domain of what may be an address of a page. */
function normalDomain(text: string): string {
  const lower = text.toLowerCase()
  const host = (lower.includes('://') ? lower.slice(lower.indexOf('://') + 3) : lower).split('/')[0] ?? ''
  return host.startsWith('www.') ? host.slice(4) : host
}

function normalPhone(text: string, region: string): string {
  const parsed = parsePhoneNumberFromString(text, region as CountryCode)
  return parsed?.isValid() ? parsed.number : text
}
