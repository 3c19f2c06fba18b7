import '../support/property-seed.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Converted,
  convertValue,
  type FieldType,
  type SourceProperty,
} from '../../src/sync/mapping/convert-value.ts'

const property = (given: Partial<SourceProperty>): SourceProperty => ({
  name: 'property',
  type: 'string',
  fieldType: 'text',
  options: [],
  owners: null,
  ...given,
})
const text = property({})
const options = [
  { value: 'lead', label: 'Lead' },
  { value: 'opportunity', label: 'In talks' },
  { value: 'a;b', label: 'A and B' },
]
const stage = property({ type: 'enumeration', fieldType: 'checkbox', options })
const choiceOfOne = ['select', 'radio', 'booleancheckbox', 'text', 'unheard_of'].map((fieldType) =>
  property({ type: 'enumeration', fieldType, options }),
)
const yesOrNo = property({
  type: 'bool',
  fieldType: 'booleancheckbox',
  options: [
    { value: 'true', label: 'Yes, please' },
    { value: 'false', label: 'No' },
  ],
})
const owners = property({
  type: 'enumeration',
  fieldType: 'select',
  owners: new Map(
    [
      { id: '70001', name: 'Olga Active', email: 'Olga@team.example' },
      { id: '70002', name: 'Anton Archived', email: 'anton@gone.example' },
      { id: '70003', name: 'Nora Nomail', email: null },
      { id: '70004', name: '70004', email: null },
    ].map((owner) => [owner.id, owner]),
  ),
})
const severalOwners = { ...owners, fieldType: 'checkbox' }
const teammates = ['olga@team.example']
const field = (type: FieldType['type'], options: string[] = []): FieldType => ({ type, options })
const value = (of: unknown) => ({ kind: 'value', value: of })
const invalid = { kind: 'invalid' }
const because = (reason: string) => ({ kind: 'invalid', reason: expect.stringContaining(reason) })

const cases: [sentence: string, raw: string | null, source: SourceProperty, into: FieldType, expected: object][] = [
  ['B36: null empties a field', null, text, field('STRING'), { kind: 'empty' }],
  ['B36: an empty text empties a field', '', text, field('NUMBER'), { kind: 'empty' }],
  ['B34: blanks only are empty', '   ', text, field('BOOLEAN'), { kind: 'empty' }],
  ['B34: values are trimmed', '  Paris ', text, field('STRING'), value('Paris')],
  ['NUL, which no database text may hold, is dropped', 'a\0b', text, field('STRING'), value('ab')],
  [
    'half a surrogate pair, which no database text may hold, is replaced',
    'a\ud800b',
    text,
    field('STRING'),
    value('a\ufffdb'),
  ],
  ['B34: an option becomes its label in a string', 'opportunity', stage, field('STRING'), value('In talks')],
  ['B34: several labels are joined', ';lead;opportunity', stage, field('STRING'), value('Lead, In talks')],
  ['B34: a value without an option stays as it is', 'gone', stage, field('STRING'), value('gone')],
  ['B34: an option matches by value', 'lead', stage, field('ENUM', ['lead']), value('lead')],
  ['B34: an option matches by label', 'opportunity', stage, field('ENUM', ['In talks']), value('In talks')],
  ['B34: the value takes precedence over the label', 'lead', stage, field('ENUM', ['Lead', 'lead']), value('lead')],
  ['B34: no such option', 'lead', stage, field('ENUM', ['customer']), invalid],
  ['B34: several values do not fit one option', 'lead;opportunity', stage, field('ENUM', ['lead']), invalid],
  ['B36: a multiple choice without a choice is empty', ';', stage, field('STRING'), { kind: 'empty' }],
  ['B34: a hexadecimal number is not a HubSpot number', '0x10', text, field('NUMBER'), invalid],
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
  ['B34: a year that would not sort correctly', '253402300800000', text, field('DATETIME'), invalid],
]

const epoch = value('1970-01-01T00:00:00.000Z')
const epochs: typeof cases = [
  ['B34: epoch 0 is a date', '0', text, field('DATETIME'), epoch],
  ['B34: the day of epoch 0 is a date', '1970-01-01', text, field('DATETIME'), epoch],
  ['B34: the time of epoch 0 is a date', '1970-01-01T00:00:00Z', text, field('DATETIME'), epoch],
  ['B34: a time after epoch 0', '1', text, field('DATETIME'), value('1970-01-01T00:00:00.001Z')],
  ['B34: a day before epoch 0', '-86400000', text, field('DATETIME'), value('1969-12-31T00:00:00.000Z')],
]

const labels: typeof cases = [
  ['B34: a bool with options becomes its label', 'true', yesOrNo, field('STRING'), value('Yes, please')],
  ['B34: in any case', 'FALSE', yesOrNo, field('STRING'), value('No')],
  ['B34: and stays a boolean for a boolean', 'true', yesOrNo, field('BOOLEAN'), value(true)],
  [
    'B34: a number with options becomes its label',
    '1',
    property({ type: 'number', options: [{ value: '1', label: 'One' }] }),
    field('STRING'),
    value('One'),
  ],
  ['B34: only a checkbox is split: "a;b" is two unknown choices', 'a;b', stage, field('STRING'), value('a, b')],
  ...choiceOfOne.flatMap((source): typeof cases => [
    [`B34: a ${source.fieldType} with ";" is one choice`, 'a;b', source, field('STRING'), value('A and B')],
    [`B34: a ${source.fieldType} with ";" matches one option`, 'a;b', source, field('ENUM', ['a;b']), value('a;b')],
    [`B34: an unknown ${source.fieldType} with ";" stays whole`, 'c;d', source, field('STRING'), value('c;d')],
  ]),
]

const people: typeof cases = [
  ['B34: an owner is shown by name', '70001', owners, field('STRING'), value('Olga Active')],
  ['B34: an archived owner is shown by name as well', '70002', owners, field('STRING'), value('Anton Archived')],
  [
    'B34: several owners are shown by their names',
    ';70001;70002',
    severalOwners,
    field('STRING'),
    value('Olga Active, Anton Archived'),
  ],
  [
    'B34: an owner that HubSpot does not know leaves the field as it is',
    '70009',
    owners,
    field('STRING'),
    because('70009'),
  ],
  ['B34: so does one unknown owner among several', '70001;70009', severalOwners, field('STRING'), because('70009')],
  ['B34: so does an owner without a name', '70004', owners, field('STRING'), because('no name')],
  [
    'B32: an owner is the teammate with that address',
    '70001',
    owners,
    field('TEAMMATE', teammates),
    value('olga@team.example'),
  ],
  [
    'B34: an owner who is not a teammate is named',
    '70002',
    owners,
    field('TEAMMATE', teammates),
    because('Anton Archived (anton@gone.example)'),
  ],
  [
    'B34: an owner without an address is named',
    '70003',
    owners,
    field('TEAMMATE', teammates),
    because('Nora Nomail has no email'),
  ],
  ['B34: an unknown owner is not a teammate', '70009', owners, field('TEAMMATE', teammates), because('70009')],
  ['B34: several owners are not one teammate', '70001;70002', severalOwners, field('TEAMMATE', teammates), invalid],
  [
    'B32: an address identifies the teammate',
    ' OLGA@team.example ',
    text,
    field('TEAMMATE', teammates),
    value('olga@team.example'),
  ],
  [
    "B34: a stranger's address is not a teammate",
    'x@y.example',
    text,
    field('TEAMMATE', teammates),
    because('x@y.example'),
  ],
  ['B34: an owner matches an option by name', '70001', owners, field('ENUM', ['Olga Active']), value('Olga Active')],
]

const number = (given: string, expected: object) =>
  [`B34: the number ${given}`, given, text, field('NUMBER'), expected] as (typeof cases)[number]
const numbers: typeof cases = [
  number('67340.0', value(67340)),
  number('1.2E3', value(1200)),
  number('0.1', value(0.1)),
  number('-0', value(0)),
  number('+5.', value(5)),
  number('.5', value(0.5)),
  number('9007199254740992', value(9007199254740992)),
  number('1e21', value(1e21)),
  number('100000000000000000000000', value(1e23)),
  number('5e-324', value(5e-324)),
  number('1.7976931348623157e308', value(Number.MAX_VALUE)),
  number(`${'0'.repeat(300)}12`, value(12)),
  ...['9007199254740993', '-9007199254740993', '9007199254740992.5', '12345678901234567', '0.10000000000000000001'].map(
    (given) => number(given, because('exactly')),
  ),
  ...['1e400', '-1e400', '1e-400', `1${'0'.repeat(2_000)}`].map((given) => number(given, invalid)),
  ...['1,234.50', '1234;5678', 'NaN', 'Infinity', '0x10', '1_000', '1 000', 'e5', '.', '-', '\u0661'].map((given) =>
    number(given, because('is not a number')),
  ),
]

describe('convertValue', () => {
  it.each([...cases, ...epochs, ...labels, ...people, ...numbers])('%s', (_sentence, raw, source, into, expected) => {
    const converted: Converted = convertValue(raw, source, into)
    expect(converted).toMatchObject(expected)
  })

  it('B34: a number is stored exactly or is invalid, however it is written', () => {
    const digits = fc.stringMatching(/^\d{1,20}$/)
    const written = fc
      .tuple(fc.constantFrom('', '-', '+'), digits, fc.option(digits), fc.option(fc.integer({ min: -330, max: 330 })))
      .map(([sign, whole, fraction, power]) => ({ sign, whole, fraction: fraction ?? '', power: power ?? 0 }))
    fc.assert(
      fc.property(written, ({ sign, whole, fraction, power }) => {
        const given = `${sign}${whole}${fraction && `.${fraction}`}${power === 0 ? '' : `e${power}`}`
        const converted = convertValue(given, text, field('NUMBER'))
        // Over a common denominator, both are whole numbers.
        const scale = 800
        const wanted = BigInt(`${whole}${fraction}`) * 10n ** BigInt(scale + power - fraction.length)
        const kept = (of: number) => {
          const [mantissa = '', exponent = '0'] = String(Math.abs(of)).split('e')
          const [ones = '', rest = ''] = mantissa.split('.')
          return BigInt(ones + rest) * 10n ** BigInt(scale + Number(exponent) - rest.length)
        }
        const isExact = Number.isFinite(Number(given)) && kept(Number(given)) === wanted
        expect(converted.kind).toBe(isExact ? 'value' : 'invalid')
        if (converted.kind === 'value') expect(kept(Number(converted.value))).toBe(wanted)
      }),
    )
  })
})
