import type { CustomFieldType } from '../../generated/prisma/enums.ts'
import type { HubSpotOwner } from '../../hubspot/portal.ts'
import type { JsonValue } from '../../records/stored-record.ts'
import { quoted } from '../../records/text-rules.ts'

/** A HubSpot property, as far as conversion needs to know it. */
export interface SourceProperty {
  readonly name: string
  readonly type: string
  /** Only a `checkbox` holds several choices, written as "a;b;c". */
  readonly fieldType: string
  /** Options that have a label. A value without one is its own label. */
  readonly options: readonly { readonly label: string; readonly value: string }[]
  /** HubSpot's owners by id, including archived ones, if the values are ids of owners; otherwise null. */
  readonly owners: ReadonlyMap<string, HubSpotOwner> | null
}

export interface FieldType {
  readonly type: CustomFieldType
  /** Values that an ENUM field accepts, or email addresses of the teammates that a TEAMMATE field can name. */
  readonly options: readonly string[]
}

/** `empty` clears the field (B36). `invalid` leaves it as it was and is reported (B34). */
export type Converted =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'empty' }
  | { readonly kind: 'invalid'; readonly reason: string }

const empty: Converted = { kind: 'empty' }
const value = (of: JsonValue): Converted => ({ kind: 'value', value: of })
const invalid = (reason: string) => ({ kind: 'invalid', reason }) as const

/**
 * Converts a HubSpot value (always text or null) to the type of a custom field (B32, B34, B36).
 *
 * | field | accepted values |
 * | --- | --- |
 * | STRING | the text; the label of an option; the name of an owner; several choices joined with ", " |
 * | NUMBER | a decimal that a double stores exactly: printed again, it is the same number (0.1, 1.2E3, 67340.0) |
 * | BOOLEAN | true and false |
 * | DATETIME | an ISO date or time, or epoch milliseconds, including 0; years 0000 to 9999 |
 * | ENUM | one option, by its value or else by its label |
 * | TEAMMATE | the email address of a teammate, or an owner who has one |
 *
 * Anything else is invalid, including an owner that HubSpot does not know or has no name for.
 */
export function convertValue(raw: string | null, source: SourceProperty, field: FieldType): Converted {
  const text = cleanText(raw)
  if (text === '') return empty
  switch (field.type) {
    case 'STRING':
      return toLabels(text, source)
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

const asString: FieldType = { type: 'STRING', options: [] }

/** The text as a person reads it, for a field that is not a custom field (B34). */
export function convertText(raw: string | null, source: SourceProperty): Converted {
  return convertValue(raw, source, asString)
}

/** Trims the text and removes what PostgreSQL cannot store: NUL is dropped, half a surrogate pair becomes U+FFFD. */
export function cleanText(raw: string | null): string {
  if (raw === null) return ''
  return (raw.includes('\0') ? raw.replaceAll('\0', '') : raw).toWellFormed().trim()
}

/** A multiple choice may begin with ";". A single choice may contain ";" and stays whole (B34). */
function choicesOf(text: string, { fieldType }: SourceProperty): string[] {
  if (fieldType !== 'checkbox') return [text]
  return text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** The label of a choice; undefined if it has none. HubSpot writes true and false in any case. */
function labelOf(choice: string, { type, options }: SourceProperty): string | undefined {
  const wanted = type === 'bool' ? choice.toLowerCase() : choice
  return options.find(({ value }) => (type === 'bool' ? value.toLowerCase() : value) === wanted)?.label
}

/** A multiple choice without any choice, such as ";", is empty too. */
function toLabels(text: string, source: SourceProperty): Converted {
  const labels: string[] = []
  for (const choice of choicesOf(text, source)) {
    if (source.owners === null) labels.push(labelOf(choice, source) ?? choice)
    else {
      const owner = nameOfOwner(choice, source.owners)
      if (owner.kind === 'invalid') return owner
      labels.push(owner.name)
    }
  }
  const joined = labels.join(', ')
  return joined === '' ? empty : value(joined)
}

/** An id in place of a name would be worse than keeping the last known name. */
function nameOfOwner(id: string, owners: ReadonlyMap<string, HubSpotOwner>) {
  const owner = owners.get(id)
  if (owner === undefined) return invalid(`HubSpot has no owner with the ID ${quoted(id)}`)
  if (owner.name === id) return invalid(`HubSpot has no name for the owner with the ID ${quoted(id)}`)
  return { kind: 'name', name: owner.name } as const
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const partsOfDecimal = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i
/** Far more than a double needs, which is at most 767 digits. */
const longestDecimal = 1_000

function toNumber(text: string): Converted {
  if (!decimal.test(text)) return invalid(`${quoted(text)} is not a number`)
  const number = Number(text)
  const isExact =
    text.length <= longestDecimal && Number.isFinite(number) && canonical(text) === canonical(String(number))
  if (!isExact) return invalid(`${quoted(text)} cannot be stored exactly as a number`)
  // Not -0, which is read as 0 everywhere.
  return value(number === 0 ? 0 : number)
}

/** Equal for two decimals of the same value, whatever their notation: "12.50" and "1.25e1". */
function canonical(text: string): string {
  const [, sign, whole = '', fraction = '', exponent = '0'] = partsOfDecimal.exec(text) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  const power = Number(exponent) - fraction.length + digits.length - significant.length
  return `${sign === '-' ? '-' : ''}${significant}e${power}`
}

function toBoolean(text: string): Converted {
  const lower = text.toLowerCase()
  if (lower === 'true') return value(true)
  if (lower === 'false') return value(false)
  return invalid(`${quoted(text)} is neither true nor false`)
}

const isoDate = /^(\d{4})-(\d{2})-(\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/
const lengthOfIso = '1970-01-01T00:00:00.000Z'.length

/** HubSpot sends ISO dates, ISO date-times, or, for older values, epoch milliseconds. */
function toDatetime(text: string): Converted {
  const parts = isoDate.exec(text)
  // A time without an offset is UTC, as HubSpot stores it. Date would read it in the machine's time zone.
  const iso = parts?.[4] !== undefined && parts[7] === undefined ? `${text}Z` : text
  const date = new Date(/^-?\d{1,16}$/.test(text) ? Number(text) : parts === null ? Number.NaN : iso)
  if (Number.isNaN(date.getTime())) return invalid(`${quoted(text)} is not a date`)
  // Date turns an impossible day such as 02-30 into a day of the next month.
  if (parts !== null && !isDayOfMonth(Number(parts[1]), Number(parts[2]), Number(parts[3]))) {
    return invalid(`${quoted(text)} is not a date`)
  }
  const moment = date.toISOString()
  // Times are compared as text, and years above 9999 or below 0 are written with more characters.
  return moment.length === lengthOfIso
    ? value(moment)
    : invalid(`${quoted(text)} is not a date between the years 0 and 9999`)
}

function isDayOfMonth(year: number, month: number, day: number): boolean {
  return day >= 1 && (day <= 28 || day <= new Date(Date.UTC(year, month, 0)).getUTCDate())
}

/** `teammates` contains addresses in lower case. */
function toTeammate(text: string, source: SourceProperty, teammates: readonly string[]): Converted {
  const [only, ...others] = choicesOf(text, source)
  if (only === undefined) return empty
  if (others.length > 0) return invalid(`${quoted(text)} contains several owners, but the field takes only one`)
  const owner = source.owners?.get(only)
  if (source.owners !== null && owner === undefined) return invalid(`HubSpot has no owner with the ID ${quoted(only)}`)
  const address = (owner === undefined ? only : (owner.email ?? '')).trim().toLowerCase()
  if (teammates.includes(address)) return value(address)
  if (owner === undefined) return invalid(`${quoted(only)} is not the email address of a teammate`)
  if (address === '') return invalid(`${owner.name} has no email address in HubSpot`)
  return invalid(`${owner.name} (${address}) is not a teammate: no member of the workspace has this email address`)
}

function toOption(text: string, source: SourceProperty, options: readonly string[]): Converted {
  const chosen = choicesOf(text, source)
  const only = chosen[0]
  if (only === undefined) return empty
  if (chosen.length > 1) return invalid(`${quoted(text)} contains several options, but the field takes only one`)
  const label = source.owners === null ? labelOf(only, source) : source.owners.get(only)?.name
  for (const candidate of [only, label]) {
    const match = options.find((option) => option === candidate)
    if (match !== undefined) return value(match)
  }
  return invalid(`${quoted(label ?? only)} is not one of the field's options`)
}
