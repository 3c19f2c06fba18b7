import { expect, test } from 'vitest'
import { deadPatterns } from '../../scripts/imports/dead-patterns.ts'

const files = ['src/sync/runs/run.ts', 'test/model/reference/settle.ts']

test('a rule whose pattern matches no file is reported, pattern by pattern', () => {
  const rules = [
    { name: 'alone', from: { path: ['^test/model/reference/', '^test/model/judge/'] }, to: { path: '^src/sync/' } },
    { name: 'only', from: { path: '^src/' }, to: { path: '^test/', pathNot: '^src/gone/' } },
  ]

  expect(deadPatterns(rules, files)).toEqual([
    'alone: ^test/model/judge/ matches no file',
    'only: ^src/gone/ matches no file',
  ])
})

test('a rule that names existing files is accepted', () => {
  expect(deadPatterns([{ name: 'alone', from: { path: '^test/' }, to: { path: '^src/' } }], files)).toEqual([])
})
