import { expect, test } from 'vitest'
import { numbersIn, testsIn } from '../../scripts/behaviours/collect-tests.ts'

test('a title cites numbers and ranges of numbers', () => {
  expect(numbersIn('B2, B40: a synced contact')).toEqual(['B2', 'B40'])
  expect(numbersIn('B47–B49 I2-I4: handles')).toEqual(['B47', 'B48', 'B49', 'I2', 'I3', 'I4'])
  expect(numbersIn('a title of 64 bits')).toEqual([])
})

test('tests are found however they are written, with the numbers of the enclosing blocks', () => {
  const found = testsIn(
    'some.test.ts',
    `describe('B7: shared', () => { it.each([1])('is seen', () => {}); test(\`B8: over \${way} not\`, () => {}) })`,
  )
  expect(found).toEqual([
    { file: 'some.test.ts', title: 'is seen', numbers: ['B7'] },
    { file: 'some.test.ts', title: 'B8: over … not', numbers: ['B7', 'B8'] },
  ])
})

test('a title that cites more than three numbers shows none of them', () => {
  const found = testsIn('some.test.ts', "test('B43-B46: any world', () => {}); test('B43–B45: three', () => {})")
  expect(found.map(({ numbers }) => numbers)).toEqual([[], ['B43', 'B44', 'B45']])
})

test('titles in a table count one by one', () => {
  const found = testsIn(
    'some.test.ts',
    "const told = [{ says: 'B51: one' }, { says: 'B40, B53: other' }]; test.each(told)('%s', () => {})",
  )
  expect(found.map(({ title, numbers }) => [title, numbers])).toEqual([
    ['B51: one', ['B51']],
    ['B40, B53: other', ['B40', 'B53']],
  ])
})

test('a skipped test is refused', () => {
  expect(() => testsIn('some.test.ts', "test.skip('B1: reads', () => {})")).toThrow(/skips "B1: reads"/)
})
