/**
 * Parses these bytes like `JSON.parse` of their text, but in half the time and with less memory: a string with a single
 * character outside Latin-1 takes two bytes per character. So each byte is first read as a character, and afterwards
 * only the strings with bytes above ASCII are decoded. Throws SyntaxError, and RangeError if the nesting is too deep.
 */
export function parseJsonBytes(bytes: Buffer): unknown {
  const json = bytes.subarray(0, mark.length).equals(mark) ? bytes.subarray(mark.length) : bytes
  // Escaped characters could not be distinguished from bytes afterwards.
  if (json.includes('\\u')) return JSON.parse(json.toString())
  return decoded(JSON.parse(json.toString('latin1')))
}

const mark = Buffer.from('\ufeff')

function decoded(value: unknown): unknown {
  if (typeof value === 'string') return decodedText(value)
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index]
      if (isToDecode(item)) value[index] = decoded(item)
    }
    return value
  }
  if (typeof value !== 'object' || value === null) return value
  const fields = value as Record<string, unknown>
  let areNamesAscii = true
  for (const name in fields) {
    if (aboveAscii.test(name)) areNamesAscii = false
    const field = fields[name]
    if (isToDecode(field)) fields[name] = decoded(field)
  }
  if (areNamesAscii) return fields
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [decodedText(name), field]))
}

const isToDecode = (value: unknown) => (typeof value === 'string' ? aboveAscii.test(value) : typeof value === 'object')

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them.
const aboveAscii = /[^\x00-\x7f]/

const decodedText = (text: string): string => (aboveAscii.test(text) ? Buffer.from(text, 'latin1').toString() : text)
