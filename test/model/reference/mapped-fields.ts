import { convertText, convertValue } from './convert-value.ts'
import {
  type Contact,
  type CustomValue,
  type HubSpotContact,
  type Mapping,
  type Part,
  type Property,
  readValue,
} from './world.ts'

export type Fields = Pick<Contact, 'name' | 'description' | 'links' | 'customFields'>

export interface MappedFields {
  readonly fields: Fields
  /**
   * Properties whose value did not convert. Their fields stay as they were, and a name that is too long is cut (B34).
   */
  readonly invalid: readonly string[]
}

/** Number of characters that are kept of a name that is too long. */
const longestName = 500

interface Source {
  readonly property: Property
  readonly text: string | null
}

/** The fields of a contact after the mapped ones were written over `before` (B30, B31, B34-B36). */
export function mappedFields(
  { hubspot, settings: { mappings, teammates } }: Part,
  contact: HubSpotContact,
  before: Fields,
): MappedFields {
  /** Null if nothing feeds the target, or if a property that does was deleted in HubSpot: the field is left alone. */
  const sources = (...targets: Mapping['target'][]): Source[] | null => {
    const feeding = targets.flatMap((target) => mappings.filter((mapping) => mapping.target === target))
    const known = feeding.flatMap((mapping) => sourceOf(hubspot, contact, mapping) ?? [])
    return feeding.length > 0 && known.length === feeding.length ? known : null
  }
  const invalid: string[] = []
  /** The texts that are not empty; null if one does not convert. */
  const shown = (from: Source[] | null): string[] | null => {
    const converted = (from ?? []).map(({ text, property }) => {
      const conversion = convertText(text, property, hubspot.owners)
      if (conversion.kind === 'invalid') invalid.push(property.name)
      return conversion
    })
    if (from === null || converted.some(({ kind }) => kind === 'invalid')) return null
    return converted.flatMap((conversion) => (conversion.kind === 'value' ? [String(conversion.value)] : []))
  }
  const naming = sources('NAME', 'FIRST_NAME', 'LAST_NAME')
  const name = shown(naming)?.join(' ')
  if (name !== undefined && name.length > longestName) {
    const lengths = (naming ?? []).map(({ text }) => text?.length ?? 0)
    invalid.push(naming?.[lengths.indexOf(Math.max(...lengths))]?.property.name ?? '')
  }
  const description = shown(sources('DESCRIPTION'))
  const links = shown(sources('LINK'))

  const customFields: Record<string, CustomValue> = { ...before.customFields }
  for (const mapping of mappings) {
    const source = sourceOf(hubspot, contact, mapping)
    if (!source || !mapping.customField) continue
    const { key } = mapping.customField
    const converted = convertValue(source.text, source.property, mapping.customField, {
      owners: hubspot.owners,
      teammates,
    })
    if (converted.kind === 'value') customFields[key] = converted.value
    if (converted.kind === 'empty') delete customFields[key]
    if (converted.kind === 'invalid') invalid.push(mapping.property)
  }
  return {
    fields: {
      name: name?.slice(0, longestName).trim() ?? before.name,
      description: description?.join('') ?? before.description,
      links: links ?? before.links,
      customFields,
    },
    invalid,
  }
}

function sourceOf(hubspot: Part['hubspot'], contact: HubSpotContact, mapping: Mapping): Source | null {
  const known = hubspot.properties.find(({ name }) => name === mapping.property)
  return known ? { property: known, text: readValue(hubspot, contact, known.name) ?? null } : null
}
