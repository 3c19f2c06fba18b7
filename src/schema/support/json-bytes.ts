/** Characters that need more than one byte in JSON, because they are escaped or not ASCII. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them.
const notOneByte = /["\\\u0000-\u001f\u0080-\uffff]/

/**
 * Returns the number of bytes of the value as JSON in UTF-8, without building the text. Stops counting above `enough`, so
 * that a value that is far too large is detected early.
 */
export function jsonBytes(value: unknown, enough = Number.POSITIVE_INFINITY): number {
  switch (typeof value) {
    case 'string':
      return textBytes(value)
    case 'number':
      return Number.isFinite(value) ? String(value).length : 4
    case 'boolean':
      return value ? 4 : 5
    case 'bigint':
      return String(value).length
    case 'object':
      return value === null ? 4 : objectBytes(value, enough)
    default:
      return 0
  }
}

function textBytes(text: string): number {
  return notOneByte.test(text) ? Buffer.byteLength(JSON.stringify(text)) : text.length + 2
}

function objectBytes(value: object, enough: number): number {
  if ('toJSON' in value && typeof value.toJSON === 'function') return jsonBytes(value.toJSON(), enough)
  // Two brackets, and a comma after each item except the last.
  let bytes = 1
  if (Array.isArray(value)) {
    for (const item of value) {
      bytes += 1 + (item === undefined ? 4 : jsonBytes(item, enough - bytes))
      if (bytes > enough) return bytes
    }
    return Math.max(bytes, 2)
  }
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue
    bytes += textBytes(key) + 2 + jsonBytes(item, enough - bytes)
    if (bytes > enough) return bytes
  }
  return Math.max(bytes, 2)
}
