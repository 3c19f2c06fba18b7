import type { CustomFieldType } from '../../generated/prisma/enums.ts'
import type { JsonValue } from '../../records/stored-record.ts'

/** How HubSpot means a property's values, as far as conversion needs it. */
export interface SourceProperty {
  readonly name: string
  readonly type: string
  readonly options: readonly { readonly label: string; readonly value: string }[]
}

export interface FieldType {
  readonly type: CustomFieldType
  /** Values that an ENUM field takes; addresses of the teammates that a TEAMMATE field can name. */
  readonly options: readonly string[]
}

/** `empty` clears the field (B36); `invalid` leaves it as it was and is reported (B34). */
export type Converted =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'empty' }
  | { readonly kind: 'invalid'; readonly reason: string }

const empty: Converted = { kind: 'empty' }
const value = (of: JsonValue): Converted => ({ kind: 'value', value: of })
const invalid = (reason: string): Converted => ({ kind: 'invalid', reason })

/** Converts a HubSpot value (always text or null) to a custom field's type (B32, B34, B36). */
export function convertValue(raw: string | null, source: SourceProperty, field: FieldType): Converted {
  const text = cleanText(raw)
  if (text === '') return empty
  switch (field.type) {
    case 'STRING':
      return toLabelText(text, source)
    case 'NUMBER':
      return toNumber(text)
    case 'BOOLEAN':
      return toBoolean(text)
    case 'DATETIME':
      return toDatetime(text)
    case 'ENUM':
      return toOption(text, source, field.options)
    case 'TEAMMATE':
      return toTeammate(text, source, field.options)
  }
}

/** The text as a person reads it: options by their labels, several joined by ", " (B34). */
export function toText(raw: string | null, source: SourceProperty): string {
  const text = cleanText(raw)
  return text === '' ? '' : labelsOf(text, source).join(', ')
}

/** Trimmed, without what PostgreSQL cannot store: NUL is dropped, half a surrogate pair becomes U+FFFD. */
export function cleanText(raw: string | null): string {
  if (raw === null) return ''
  return (raw.includes('\0') ? raw.replaceAll('\0', '') : raw).toWellFormed().trim()
}

function labelsOf(text: string, source: SourceProperty): string[] {
  if (source.type !== 'enumeration') return [text]
  return optionValues(text).map((chosen) => source.options.find((option) => option.value === chosen)?.label ?? chosen)
}

/** A multiple choice is "a;b;c" and may begin with ";". */
function optionValues(text: string): string[] {
  return text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** A multiple choice without a choice, such as ";", is empty too. */
function toLabelText(text: string, source: SourceProperty): Converted {
  const labels = labelsOf(text, source).join(', ')
  return labels === '' ? empty : value(labels)
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

function toNumber(text: string): Converted {
  const number = decimal.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(number) ? value(number) : invalid(`"${text}" is not a number`)
}

function toBoolean(text: string): Converted {
  const lower = text.toLowerCase()
  if (lower === 'true') return value(true)
  if (lower === 'false') return value(false)
  return invalid(`"${text}" is neither true nor false`)
}

const isoDate = /^(\d{4})-(\d{2})-(\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/

/** HubSpot sends ISO dates, ISO date-times or, for older values, epoch milliseconds. */
function toDatetime(text: string): Converted {
  const parts = isoDate.exec(text)
  // A time without an offset is UTC, as HubSpot stores it; Date would read it in the machine's own zone.
  const iso = parts?.[4] !== undefined && parts[7] === undefined ? `${text}Z` : text
  const date = new Date(/^-?\d{6,}$/.test(text) ? Number(text) : parts === null ? Number.NaN : iso)
  if (Number.isNaN(date.getTime())) return invalid(`"${text}" is not a date`)
  // Date rolls an impossible day such as 02-30 over into the next month.
  if (parts !== null && !isDayOfMonth(Number(parts[1]), Number(parts[2]), Number(parts[3]))) {
    return invalid(`"${text}" is not a date`)
  }
  return value(date.toISOString())
}

function isDayOfMonth(year: number, month: number, day: number): boolean {
  return day >= 1 && (day <= 28 || day <= new Date(Date.UTC(year, month, 0)).getUTCDate())
}

/** `teammates` are addresses; an owner's label is his address. */
function toTeammate(text: string, source: SourceProperty, teammates: readonly string[]): Converted {
  const owner = source.options.find((option) => option.value === text)
  const address = (owner?.label ?? text).trim().toLowerCase()
  return teammates.includes(address) ? value(address) : invalid(`"${address || text}" is the address of no teammate`)
}

function toOption(text: string, source: SourceProperty, options: readonly string[]): Converted {
  const chosen = source.type === 'enumeration' ? optionValues(text) : [text]
  const only = chosen[0]
  if (only === undefined) return empty
  if (chosen.length > 1) return invalid(`"${text}" holds several options, the field takes one`)
  const label = source.options.find((option) => option.value === only)?.label
  for (const candidate of [only, label]) {
    const match = options.find((option) => option === candidate)
    if (match !== undefined) return value(match)
  }
  return invalid(`"${label ?? only}" is none of the field's options`)
}
