import type { CustomField, CustomValue, Owner, Property } from './world.ts'

export type Conversion =
  | { readonly kind: 'value'; readonly value: CustomValue }
  | { readonly kind: 'empty' }
  | { readonly kind: 'invalid' }

const value = (of: CustomValue): Conversion => ({ kind: 'value', value: of })
const invalid: Conversion = { kind: 'invalid' }

interface People {
  readonly owners: readonly Owner[]
  readonly teammates: readonly string[]
}

/** What a HubSpot value becomes in a custom field (B34); null is an emptied property (B36). */
export function convertValue(
  text: string | null,
  property: Property,
  field: CustomField,
  { owners, teammates }: People,
): Conversion {
  if (text === null) return { kind: 'empty' }
  switch (field.type) {
    case 'STRING': {
      const shown = convertText(text, property)
      return shown === '' ? { kind: 'empty' } : value(shown)
    }
    case 'NUMBER':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text))
        ? value(Number(text))
        : invalid
    case 'BOOLEAN':
      return text === 'true' || text === 'false' ? value(text === 'true') : invalid
    case 'DATETIME':
      return convertDateTime(text)
    case 'ENUM':
      return convertOption(text, property, field)
    case 'TEAMMATE': {
      const owner = property.isOwner ? owners.find(({ id }) => id === text) : undefined
      const address = (owner ? (owner.email ?? '') : text).toLowerCase()
      return teammates.includes(address) ? value(address) : invalid
    }
  }
}

/** Text as a person reads it: enumerations by their labels, the rest as written. */
export function convertText(text: string | null, property: Property): string {
  if (text === null) return ''
  if (property.type !== 'enumeration') return text
  return chosen(text)
    .map((one) => labelOf(one, property) ?? one)
    .join(', ')
}

function convertOption(text: string, property: Property, field: CustomField): Conversion {
  const choices = property.type === 'enumeration' ? chosen(text) : [text]
  const [only, ...others] = choices
  if (only === undefined) return { kind: 'empty' }
  if (others.length > 0) return invalid
  if (field.options.includes(only)) return value(only)
  const label = labelOf(only, property)
  return label !== undefined && field.options.includes(label) ? value(label) : invalid
}

/** HubSpot writes several choices as "a;b", at times with a leading ";". */
const chosen = (text: string): string[] =>
  text
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '')

const labelOf = (choice: string, property: Property): string | undefined =>
  property.options.find((option) => option.value === choice)?.label

const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function convertDateTime(text: string): Conversion {
  if (/^-?\d{6,}$/.test(text)) return toIso(new Date(Number(text)))
  const parts = /^(\d{4})-(\d\d)-(\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.exec(text)
  if (!parts) return invalid
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  const isLeapYear = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = month === 2 && isLeapYear ? 29 : (daysOfMonth[month - 1] ?? 0)
  if (day < 1 || day > days) return invalid
  return toIso(new Date(text))
}

const toIso = (time: Date): Conversion => (Number.isNaN(time.getTime()) ? invalid : value(time.toISOString()))
