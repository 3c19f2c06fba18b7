import {
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql'
import type { Dice } from './dice.ts'

/** Existing values for arguments: global ids, and texts such as HubSpot ids, addresses, and keys. */
export interface Known {
  readonly ids: readonly string[]
  readonly texts: readonly string[]
}

/** The name of an enum value. Documents write it without quotes. */
export class EnumName {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  toJSON(): string {
    return this.name
  }
}

const oddTexts = [
  '',
  ' ',
  '0',
  '-1',
  '1e999',
  '99999999999999999999',
  '.',
  '..',
  '../x',
  '%',
  '_',
  "'; DROP TABLE contact; --",
  '\\',
  '\0',
  'a\0b',
  '\ud800',
  'a\udc00',
  '\u202e\u200b',
  '😀',
  '__proto__',
  'constructor',
  'toString',
  '2026-02-30T00:00:00Z',
  'null',
  '[]',
  'a@b@c',
  'http://[',
  'x'.repeat(600),
  'é'.repeat(51_000),
]
const oddIds = ['', 'junk', '\0', '\ud800', 'Q29udGFjdA==', 'Q29udGFjdDp4', 'Og==', '%', 'x'.repeat(5_000)]
const moments = [
  '2026-11-27T04:00:00Z',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+14:00',
  '9999-12-31T23:59:59.999Z',
  '2026-02-30T00:00:00Z',
  '2026-11-27T04:00:00+99:99',
  '2026-11-27',
  'x',
]
const integers = [0, 1, 2, 5, 20, 100, 101, -1, 2_147_483_647, -2_147_483_648, 2_147_483_648, 1.5]
const numbers = [0, -0, 1, 1.5, -1e308, 1e308, 5e-324, 1e21, 2 ** 53]

/** A value for an input of the type, usually a valid one. Undefined if it is omitted. */
export function valueFor(type: GraphQLInputType, dice: Dice, known: Known, depth = 0): unknown {
  if (dice.oneIn(200)) return dice.pick<unknown>([null, [], {}, 'x', 7, true, [[null]], { x: 1 }])
  if (isNonNullType(type)) return valueFor(type.ofType, dice, known, depth)
  if (dice.oneIn(12)) return null
  if (isListType(type)) {
    const length = dice.oneIn(25) ? 120 : dice.below(4)
    return Array.from({ length }, () => valueFor(type.ofType, dice, known, depth + 1))
  }
  if (isEnumType(type)) {
    return new EnumName(dice.oneIn(100) ? 'NO_SUCH_VALUE' : dice.pick(type.getValues()).name)
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields())
    const chosen = type.isOneOf
      ? [dice.pick(fields)]
      : fields.filter((field) => isRequiredInputField(field) || dice.oneIn(depth < 2 ? 3 : 6 + depth))
    return Object.fromEntries(chosen.map((field) => [field.name, valueFor(field.type, dice, known, depth + 1)]))
  }
  switch (type.name) {
    case 'ID':
      return dice.oneIn(4) ? dice.pick(oddIds) : dice.pick(known.ids)
    case 'Boolean':
      return dice.oneIn(2)
    case 'Int':
      return dice.pick(integers)
    case 'Float':
      return dice.pick(numbers)
    case 'DateTime':
      return dice.pick(moments)
    case 'JSON':
      return dice.pick<unknown>([
        1,
        Number.POSITIVE_INFINITY,
        'x',
        '\0',
        null,
        true,
        [],
        ['\ud800'],
        { '\0': 1 },
        { a: { b: [1] } },
        2 ** 60,
      ])
    default:
      return dice.oneIn(2) ? dice.pick(oddTexts) : dice.pick(known.texts)
  }
}

/** The value as a literal in a document. */
export function literalOf(value: unknown): string {
  if (value instanceof EnumName) return value.name
  if (Array.isArray(value)) return `[${value.map(literalOf).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([name]) => /^[A-Za-z_]\w*$/.test(name))
    return `{ ${fields.map(([name, inner]) => `${name}: ${literalOf(inner)}`).join(', ')} }`
  }
  if (typeof value === 'number') return Number.isFinite(value) ? JSON.stringify(value) : '1e400'
  // Half a surrogate pair is not valid in a document, so the whole document would be rejected. Variables cover this case.
  return JSON.stringify(typeof value === 'string' ? value.toWellFormed() : value) ?? 'null'
}
