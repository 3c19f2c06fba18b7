import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJsonBytes } from '../../src/hubspot/parse-json-bytes.ts'
import { runs } from '../support/runs.ts'

const anyJson = fc.jsonValue({
  stringUnit: fc.oneof(fc.constantFrom(...'aé\u0080ÃÿŁ語"\\\n\u0007\u2028'), fc.constant('🎉')),
})

test('parsing the bytes of any JSON has the same result as parsing its text', () => {
  fc.assert(
    fc.property(anyJson, fc.boolean(), (value, isMarked) => {
      const text = JSON.stringify(value)

      const parsed = parseJsonBytes(Buffer.from(isMarked ? `\ufeff${text}` : text))

      expect(parsed).toEqual(JSON.parse(text))
    }),
    { numRuns: runs(1_000, 50_000) },
  )
})

test('bytes that are not UTF-8 are replaced as in text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (noise) => {
      const bytes = Buffer.concat([Buffer.from('{"name":"'), noise.map((byte) => byte | 0x80), Buffer.from('"}')])

      expect(parseJsonBytes(bytes)).toEqual(JSON.parse(bytes.toString()))
    }),
    { numRuns: runs(1_000, 50_000) },
  )
})

test('an escaped character is not mistaken for a byte, whatever is next to it', () => {
  const text = String.raw`{"name":"\u00c3\u00a9 é","\u00fc":"ü"}`

  expect(parseJsonBytes(Buffer.from(text))).toEqual({ name: 'Ã© é', ü: 'ü' })
})

test('a key such as __proto__ is a key like any other', () => {
  const text = '{"__proto__":"é","constructor":{"ü":"é"}}'

  expect(JSON.stringify(parseJsonBytes(Buffer.from(text)))).toBe(text)
})

test('text that is not JSON is rejected', () => {
  for (const text of ['', '{"name":"é', '<html>é</html>']) {
    expect(() => parseJsonBytes(Buffer.from(text))).toThrow(SyntaxError)
  }
})
