import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cell, csvLine } from '../../src/exports/csv.ts'
import { runs } from '../support/runs.ts'

/** The cells of one line, read as RFC 4180 says. */
function read(line: string): string[] {
  const cells: string[] = []
  for (let at = 0; at < line.length; ) {
    const [whole = '', quoted, plain] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(?:,|\r\n$)/.exec(line.slice(at)) ?? []
    if (whole === '') throw new Error(`not a cell: ${line.slice(at)}`)
    cells.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    at += whole.length
  }
  return cells
}

const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'=+-@\t\r\n",;1a ') }))
const cell = fc.oneof<fc.Arbitrary<Cell>[]>(text, fc.integer(), fc.boolean(), fc.constant(null))

test('every line can be read again, and no cell is a formula', () => {
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
      const line = csvLine(cells)

      const again = read(line)
      expect(line.endsWith('\r\n')).toBe(true)
      expect(again).toHaveLength(cells.length)
      for (const [index, given] of cells.entries()) {
        const shown = again[index] ?? ''
        expect([String(given ?? ''), `'${given}`]).toContain(shown)
        if (typeof given === 'string')
          expect(/^[=+\-@\t\r]/.test(shown) && !/^[+-]\d+(\.\d+)?$/.test(shown)).toBe(false)
      }
    }),
    { numRuns: runs(300, 20_000) },
  )
})

test.for<[given: string, line: string]>([
  ['+4930123456', '+4930123456\r\n'],
  ['=HYPERLINK("http://x.example")', '"\'=HYPERLINK(""http://x.example"")"\r\n'],
  ['@SUM(A1)', "'@SUM(A1)\r\n"],
  ['a,b', '"a,b"\r\n'],
  ['-1+cmd|calc', "'-1+cmd|calc\r\n"],
])('%s becomes %s', ([given, line]) => {
  expect(csvLine([given])).toBe(line)
})
