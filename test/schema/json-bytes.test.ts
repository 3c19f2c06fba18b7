import fc from 'fast-check'
import { GraphQLError } from 'graphql'
import { expect, test } from 'vitest'
import { jsonBytes } from '../../src/schema/support/json-bytes.ts'
import { runs } from '../support/runs.ts'

test('counts exactly the bytes of the JSON', () => {
  // Any UTF-16 unit, including halves of characters.
  const text = fc.string({ unit: fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)) })
  const value = fc.object({ key: text, values: [text, fc.double(), fc.boolean(), fc.constant(null)], maxDepth: 2 })
  const property = fc.property(value, (each) => {
    expect(jsonBytes(each)).toBe(Buffer.byteLength(JSON.stringify(each)))
  })

  fc.assert(property, { numRuns: runs(100, 20_000) })
})

test.for<[what: string, value: unknown]>([
  ['escapes', '"\\\n\u0001\u001f\u007f'],
  ['half a surrogate pair', 'a\ud800b'],
  ['characters of two, three and four bytes', 'é€😀'],
  ['numbers', [0, -1.5, 1e21, Number.NaN]],
  ['values that JSON omits', { a: undefined, b: [undefined, null] }],
  ['empty values', [{}, [], '']],
  ['dates', { at: new Date(0) }],
  ['errors', [new GraphQLError('"quoted"', { path: ['a', 0], extensions: { code: 'X' } })]],
])('counts %s', ([_what, value]) => {
  expect(jsonBytes(value)).toBe(Buffer.byteLength(JSON.stringify(value)))
})

test('stops counting at the given number', () => {
  let seen = 0
  const items = Array.from({ length: 100 }, () => ({
    toJSON: () => {
      seen += 1
      return 'x'.repeat(98)
    },
  }))

  expect(jsonBytes(items, 1_000)).toBeGreaterThan(1_000)
  expect(seen).toBe(10)
})
