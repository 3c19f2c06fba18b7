import { expect, test } from 'vitest'
import { propertiesSchema } from '../../src/hubspot/shapes.ts'

const plain = { name: 'stage', label: 'Stage', type: 'enumeration', fieldType: 'select', options: [], archived: false }
const read = (property: object) => propertiesSchema.safeParse({ results: [{ ...plain, ...property }] })
const lead = { label: 'Lead', value: 'a1' }

test.each<[options: unknown[], read: unknown[]]>([
  [[lead, { label: null, value: 'b2' }], [lead]],
  [[{ value: 'b2' }, lead], [lead]],
  [[lead, { label: 'Lost' }], [lead]],
  [[lead, { label: '  ', value: 'b2' }], [lead]],
  [[lead, null, 'b2', 7, [], {}], [lead]],
  [
    [lead, { label: 2024, value: true }],
    [lead, { label: '2024', value: 'true' }],
  ],
  [[{ ...lead, hidden: 'perhaps', displayOrder: null }], [lead]],
])('B34: of the options %j, only those without a label or value are omitted', (options, expected) => {
  expect(read({ options }).data?.results[0]?.options).toEqual(expected)
})

test.each([
  { options: null },
  { options: undefined },
  { options: 'none' },
  { options: {} },
  { fieldType: null },
  { fieldType: undefined },
  { type: null },
  { type: undefined },
])('B34: an enumeration with %j is rejected', (odd) => {
  expect(read(odd).success).toBe(false)
})

test('B34: a property that is not an enumeration needs no options', () => {
  for (const options of [null, undefined, 'none', []]) {
    expect(read({ type: 'string', fieldType: 'text', options }).data?.results[0]?.options).toEqual([])
  }
})
