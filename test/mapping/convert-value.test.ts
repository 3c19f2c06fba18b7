import { describe, expect, it } from 'vitest'
import {
  type Converted,
  convertValue,
  type FieldType,
  type SourceProperty,
} from '../../src/sync/mapping/convert-value.ts'

const text: SourceProperty = { name: 'text', type: 'string', options: [] }
const stage: SourceProperty = {
  name: 'stage',
  type: 'enumeration',
  options: [
    { value: 'lead', label: 'Lead' },
    { value: 'opportunity', label: 'In talks' },
  ],
}
const field = (type: FieldType['type'], options: string[] = []): FieldType => ({ type, options })
const value = (of: unknown) => ({ kind: 'value', value: of })
const invalid = { kind: 'invalid' }

const cases: [sentence: string, raw: string | null, source: SourceProperty, into: FieldType, expected: object][] = [
  ['B36: null empties a field', null, text, field('STRING'), { kind: 'empty' }],
  ['B36: an empty text empties a field', '', text, field('NUMBER'), { kind: 'empty' }],
  ['B34: blanks alone are empty', '   ', text, field('BOOLEAN'), { kind: 'empty' }],
  ['B34: values are trimmed', '  Paris ', text, field('STRING'), value('Paris')],
  ['NUL, which no database text may hold, is dropped', 'a\0b', text, field('STRING'), value('ab')],
  [
    'half a surrogate pair, which no database text may hold, is replaced',
    'a\ud800b',
    text,
    field('STRING'),
    value('a\ufffdb'),
  ],
  ['B34: an enumeration gives its label to a string', 'opportunity', stage, field('STRING'), value('In talks')],
  ['B34: several labels are joined', ';lead;opportunity', stage, field('STRING'), value('Lead, In talks')],
  ['B34: a value without an option stays as it is', 'gone', stage, field('STRING'), value('gone')],
  ['B34: an option matches by value', 'lead', stage, field('ENUM', ['lead']), value('lead')],
  ['B34: an option matches by label', 'opportunity', stage, field('ENUM', ['In talks']), value('In talks')],
  ['B34: value wins over label', 'lead', stage, field('ENUM', ['Lead', 'lead']), value('lead')],
  ['B34: no such option', 'lead', stage, field('ENUM', ['customer']), invalid],
  ['B34: several values do not fit one option', 'lead;opportunity', stage, field('ENUM', ['lead']), invalid],
  ['B36: a multiple choice without a choice is empty', ';', stage, field('STRING'), { kind: 'empty' }],
  ["B34: a hexadecimal number is none of HubSpot's", '0x10', text, field('NUMBER'), invalid],
  ['B32: a number with an exponent', '1.5e3', text, field('NUMBER'), value(1500)],
  ['B32: number', '17.5', text, field('NUMBER'), value(17.5)],
  ['B34: not a number', 'seventeen', text, field('NUMBER'), invalid],
  ['B34: infinity is not a number', 'Infinity', text, field('NUMBER'), invalid],
  ['B32: boolean', 'TRUE', text, field('BOOLEAN'), value(true)],
  ['B34: not a boolean', 'yes', text, field('BOOLEAN'), invalid],
  ['B32: a date is its midnight in UTC', '2020-02-29', text, field('DATETIME'), value('2020-02-29T00:00:00.000Z')],
  ['B32: date and time', '2020-02-29T03:30:17.000Z', text, field('DATETIME'), value('2020-02-29T03:30:17.000Z')],
  [
    'B32: a time without offset is UTC',
    '2020-02-29T03:30:17',
    text,
    field('DATETIME'),
    value('2020-02-29T03:30:17.000Z'),
  ],
  ['B32: epoch milliseconds', '1572480000000', text, field('DATETIME'), value('2019-10-31T00:00:00.000Z')],
  ['B34: an impossible day', '2021-02-30', text, field('DATETIME'), invalid],
  ['B34: an impossible month', '2021-13-01', text, field('DATETIME'), invalid],
  ['B34: not a date', 'soon', text, field('DATETIME'), invalid],
]

describe('convertValue', () => {
  it.each(cases)('%s', (_sentence, raw, source, into, expected) => {
    const converted: Converted = convertValue(raw, source, into)
    expect(converted).toMatchObject(expected)
  })
})
