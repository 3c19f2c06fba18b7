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
  /** Properties whose value did not convert; their fields are as they were (B34). */
  readonly invalid: readonly string[]
}

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
  /** Null when nothing feeds the target, or a property that does was deleted in HubSpot: the field is left alone. */
  const sources = (...targets: Mapping['target'][]): Source[] | null => {
    const feeding = targets.flatMap((target) => mappings.filter((mapping) => mapping.target === target))
    const known = feeding.flatMap((mapping) => sourceOf(hubspot, contact, mapping) ?? [])
    return feeding.length > 0 && known.length === feeding.length ? known : null
  }
  const shown = (from: Source[]) => from.map(({ text, property }) => convertText(text, property)).filter((text) => text)
  const name = sources('NAME', 'FIRST_NAME', 'LAST_NAME')
  const description = sources('DESCRIPTION')
  const links = sources('LINK')

  const customFields: Record<string, CustomValue> = { ...before.customFields }
  const invalid: string[] = []
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
      name: name ? shown(name).join(' ') : before.name,
      description: description ? shown(description).join('') : before.description,
      links: links ? shown(links) : before.links,
      customFields,
    },
    invalid,
  }
}

function sourceOf(hubspot: Part['hubspot'], contact: HubSpotContact, mapping: Mapping): Source | null {
  const known = hubspot.properties.find(({ name }) => name === mapping.property)
  // An owner reads as a person (B32).
  const owners = hubspot.owners.map(({ id, name }) => ({ value: id, label: name }))
  const property = known?.isOwner ? { ...known, options: owners } : known
  return property ? { property, text: readValue(hubspot, contact, property.name) ?? null } : null
}
