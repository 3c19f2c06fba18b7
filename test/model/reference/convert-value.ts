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

/** The value of a custom field for a HubSpot value (B34); null for an empty property (B36). */
export function convertValue(
  text: string | null,
  property: Property,
  field: CustomField,
  { owners, teammates }: People,
): Conversion {
  if (text === null) return { kind: 'empty' }
  switch (field.type) {
    case 'STRING':
      return convertText(text, property, owners)
    case 'NUMBER':
      return convertNumber(text)
    case 'BOOLEAN':
      return text === 'true' || text === 'false' ? value(text === 'true') : invalid
    case 'DATETIME':
      return convertDateTime(text)
    case 'ENUM':
      return convertOption(text, property, field)
    case 'TEAMMATE': {
      const owner = property.isOwner ? owners.find(({ id }) => id === text) : undefined
      if (property.isOwner && !owner) return invalid
      const address = (owner ? (owner.email ?? '') : text).toLowerCase()
      return teammates.includes(address) ? value(address) : invalid
    }
  }
}

/** Text as a person reads it: options by their labels, owners by their names, everything else as written. */
export function convertText(text: string | null, property: Property, owners: readonly Owner[]): Conversion {
  if (text === null) return { kind: 'empty' }
  const choices = property.isMultiple ? chosen(text) : [text]
  if (choices.length === 0) return { kind: 'empty' }
  if (!property.isOwner) return value(choices.map((one) => labelOf(one, property) ?? one).join(', '))
  const names = choices.map((one) => owners.find(({ id }) => id === one)?.name)
  // An id in place of a name says less than the last known name.
  return names.includes(undefined) ? invalid : value(names.join(', '))
}

function convertOption(text: string, property: Property, field: CustomField): Conversion {
  const choices = property.isMultiple ? chosen(text) : [text]
  const [only, ...others] = choices
  if (only === undefined) return { kind: 'empty' }
  if (others.length > 0) return invalid
  if (field.options.includes(only)) return value(only)
  const label = labelOf(only, property)
  return label !== undefined && field.options.includes(label) ? value(label) : invalid
}

/** Stored exactly, or not at all. */
function convertNumber(text: string): Conversion {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text)) return invalid
  const number = Number(text)
  if (!Number.isFinite(number)) return invalid
  const [given, kept] = [fractionOf(text), fractionOf(String(number))]
  const isSame = given.above * kept.below === kept.above * given.below
  return isSame ? value(number === 0 ? 0 : number) : invalid
}

/** A decimal as a fraction of two whole numbers. */
function fractionOf(text: string): { above: bigint; below: bigint } {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/, '').split('.')
  const sign = mantissa.startsWith('-') ? -1n : 1n
  const power = Number(exponent) - fraction.length
  return {
    above: sign * BigInt(`${whole}${fraction}`) * (power > 0 ? 10n ** BigInt(power) : 1n),
    below: power < 0 ? 10n ** BigInt(-power) : 1n,
  }
}

/** HubSpot writes several choices as "a;b", sometimes with a leading ";". */
const chosen = (text: string): string[] =>
  text
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '')

const labelOf = (choice: string, property: Property): string | undefined =>
  property.options.find((option) => option.value === choice)?.label

const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function convertDateTime(text: string): Conversion {
  if (/^-?\d+$/.test(text)) return toIso(new Date(Number(text)))
  const parts = /^(\d{4})-(\d\d)-(\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.exec(text)
  if (!parts) return invalid
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  const isLeapYear = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = month === 2 && isLeapYear ? 29 : (daysOfMonth[month - 1] ?? 0)
  if (day < 1 || day > days) return invalid
  return toIso(new Date(text))
}

const toIso = (time: Date): Conversion => (Number.isNaN(time.getTime()) ? invalid : value(time.toISOString()))
