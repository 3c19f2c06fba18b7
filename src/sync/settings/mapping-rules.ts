import type { CustomField } from '../../generated/prisma/client.ts'
import type { MappingTarget, ObjectType } from '../../generated/prisma/enums.ts'
import type { HubSpotProperty } from '../../hubspot/portal.ts'
import { wordsFor } from '../../records/record-words.ts'
import type { InputProblem } from '../../user-errors.ts'
import { canFeed, kindOfTarget } from './property-compatibility.ts'

/** One mapping as an admin enters it (B30). */
export interface MappingInput {
  /** HubSpot's internal name of the property. */
  readonly property: string
  readonly target: MappingTarget
  /** Key of the custom field. Only for the target CUSTOM_FIELD. */
  readonly customField?: string | null
}

/** The properties and fields that can be mapped. */
export interface Mappable {
  readonly objectType: ObjectType
  readonly properties: readonly HubSpotProperty[]
  readonly customFields: readonly CustomField[]
}

const targetsOf: Readonly<Record<ObjectType, readonly MappingTarget[]>> = {
  CONTACT: ['NAME', 'FIRST_NAME', 'LAST_NAME', 'DESCRIPTION', 'EMAIL', 'PHONE', 'LINK', 'CUSTOM_FIELD'],
  ACCOUNT: ['NAME', 'DESCRIPTION', 'DOMAIN', 'CUSTOM_FIELD'],
}

/** Every problem with the mappings (B32, B33); empty if they can be saved. */
export function mappingProblems(mappings: readonly MappingInput[], mappable: Mappable): InputProblem[] {
  return mappings.flatMap((mapping, index) =>
    [...problemsOfOne(mapping, mappable), ...problemsWithEarlier(mapping, mappings.slice(0, index))].map(
      ({ path, message }) => ({ path: ['mappings', String(index), ...path], message }),
    ),
  )
}

/**
 * Why a saved mapping no longer fills its field, and what to do; null if it does. An admin can delete a property in
 * HubSpot or change its type.
 */
export function problemOfSaved(
  { property: name, target, customField }: Omit<MappingInput, 'customField'> & { customField: CustomField | null },
  properties: readonly HubSpotProperty[],
): string | null {
  const property = properties.find((known) => known.name === name && !known.archived)
  if (property === undefined) {
    return `HubSpot no longer has the property "${name}". The field keeps its last values. Map another property with setFieldMappings.`
  }
  const kind = target === 'CUSTOM_FIELD' ? customField?.type : kindOfTarget(target)
  if (kind === undefined || canFeed(property, kind)) return null
  const field = customField === null ? target : `the custom field "${customField.key}"`
  return `${incompatible(property, field, kind).message} Map another property with setFieldMappings.`
}

function problemsOfOne(mapping: MappingInput, { objectType, properties, customFields }: Mappable): InputProblem[] {
  const problems: InputProblem[] = []
  const property = properties.find(({ name, archived }) => name === mapping.property && !archived)
  if (property === undefined) {
    const message = `HubSpot has no property "${mapping.property}". Choose one from hubspotProperties.`
    problems.push({ path: ['property'], message })
  }
  if (!targetsOf[objectType].includes(mapping.target)) {
    const known = targetsOf[objectType].join(', ')
    problems.push({
      path: ['target'],
      message: `${mapping.target} is not a field of ${wordsFor[objectType].many}. Choose one of ${known}.`,
    })
  } else if (mapping.target !== 'CUSTOM_FIELD') {
    const kind = kindOfTarget(mapping.target)
    if (mapping.customField != null) {
      problems.push({
        path: ['customField'],
        message: `"customField" is for the target CUSTOM_FIELD only, not for ${mapping.target}.`,
      })
    }
    if (property && !canFeed(property, kind)) problems.push(incompatible(property, mapping.target, kind))
  } else {
    const customField = customFields.find(({ key }) => key === mapping.customField)
    if (customField === undefined) {
      const message =
        mapping.customField == null
          ? 'The target CUSTOM_FIELD requires "customField". Choose one from customFields.'
          : `There is no custom field "${mapping.customField}". Choose one from customFields.`
      problems.push({ path: ['customField'], message })
    } else if (property && !canFeed(property, customField.type)) {
      problems.push(incompatible(property, `the custom field "${customField.key}"`, customField.type))
    }
  }
  return problems
}

function incompatible(property: HubSpotProperty, field: string, kind: string): InputProblem {
  const message = `The property "${property.name}" of type ${property.type} cannot fill ${field} of type ${kind}.`
  return { path: ['target'], message }
}

function problemsWithEarlier(mapping: MappingInput, earlier: readonly MappingInput[]): InputProblem[] {
  const rival = earlier.find((other) => isSame(mapping, other) || competes(mapping, other))
  if (rival === undefined) return []
  const message = isSame(mapping, rival)
    ? `The property "${mapping.property}" is mapped to ${describe(mapping)} twice.`
    : `The properties "${rival.property}" and "${mapping.property}" cannot both fill ${describe(mapping)}, which takes one value.`
  return [{ path: ['target'], message }]
}

function isSame(a: MappingInput, b: MappingInput): boolean {
  return a.property === b.property && slotOf(a) === slotOf(b)
}

/** True if both would write the same value (B33). Handles, links, and domains take several. */
function competes(a: MappingInput, b: MappingInput): boolean {
  if (['EMAIL', 'PHONE', 'LINK', 'DOMAIN'].includes(a.target)) return false
  if (slotOf(a) === slotOf(b)) return true
  // First and last name together make the name, so each excludes a whole name but not the other (B31).
  const [one, other] = [a.target, b.target]
  return (one === 'NAME' && isPartOfName(other)) || (other === 'NAME' && isPartOfName(one))
}

function isPartOfName(target: MappingTarget): boolean {
  return target === 'FIRST_NAME' || target === 'LAST_NAME'
}

function slotOf({ target, customField }: MappingInput): string {
  return target === 'CUSTOM_FIELD' ? `CUSTOM_FIELD:${customField}` : target
}

function describe({ target, customField }: MappingInput): string {
  if (target === 'CUSTOM_FIELD') return `the custom field "${customField}"`
  return isPartOfName(target) ? `${target} of NAME` : target
}
