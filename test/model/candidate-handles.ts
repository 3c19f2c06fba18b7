import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js'
import { type Handle, type HubSpotContact, type HubSpotSide, type Mapping, readValue, type Settings } from './world.ts'

/** The mapped handles of a HubSpot contact, normalised (B49), in the order in which they decide a match (B50). */
export function candidateHandles(hubspot: HubSpotSide, contact: HubSpotContact, settings: Settings): Handle[] {
  const valuesOf = ({ property, target }: Mapping) => {
    const values = [readValue(hubspot, contact, property)]
    if (property === 'email' && target === 'EMAIL') {
      values.push(...(readValue(hubspot, contact, 'hs_additional_emails') ?? '').split(';'))
    }
    return values
  }
  const texts = (target: Handle['source']) =>
    settings.mappings
      .filter((mapping) => mapping.target === target)
      .flatMap(valuesOf)
      .map((text) => text?.trim() ?? '')
      .filter((text) => text !== '')
  const emails = texts('EMAIL').map((text) => text.toLowerCase())
  const phones = texts('PHONE').map((text) => normalPhone(text, settings.defaultPhoneRegion))
  return [
    ...[...new Set(emails)].map((value): Handle => ({ source: 'EMAIL', value })),
    ...[...new Set(phones)].map((value): Handle => ({ source: 'PHONE', value })),
  ]
}

export const isHandleMapping = (mapping: Mapping): boolean => mapping.target === 'EMAIL' || mapping.target === 'PHONE'

export const sameHandle = (one: Handle, other: Handle): boolean =>
  one.source === other.source && one.value === other.value

function normalPhone(text: string, region: string): string {
  const parsed = parsePhoneNumberFromString(text, region as CountryCode)
  return parsed?.isValid() ? parsed.number : text
}
