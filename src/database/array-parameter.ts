import pg from 'pg'

/**
 * Encodes arrays as statement parameters in PostgreSQL's binary format. The text format that `pg` uses for arrays took a
 * quarter of a worker's allocations, and PostgreSQL had to parse each value. The type in the statement must match the
 * function (`$2::uuid[]`). Enum values are sent as text and cast in the statement.
 */
export const uuids = <T>(rows: readonly T[], of: (row: T) => string | null): Buffer =>
  encode(builtins.UUID, rows, of, () => uuidBytes, writeUuid)

export const texts = <T>(rows: readonly T[], of: (row: T) => string | null): Buffer =>
  encode(builtins.TEXT, rows, of, longestUtf8, writeText)

/** `of` returns JSON as text. */
export const jsonbs = <T>(rows: readonly T[], of: (row: T) => string | null): Buffer =>
  encode(builtins.JSONB, rows, of, (json) => 1 + longestUtf8(json), writeJsonb)

export const bigints = <T>(rows: readonly T[], of: (row: T) => bigint | null): Buffer =>
  encode(builtins.INT8, rows, of, () => 8, writeBigint)

export const booleans = <T>(rows: readonly T[], of: (row: T) => boolean | null): Buffer =>
  encode(builtins.BOOL, rows, of, () => 1, writeBoolean)

const { builtins } = pg.types

const headerBytes = 20
const lengthBytes = 4
const uuidBytes = 16

/** Memory for one call, which saves an allocation. Larger arrays allocate their own. */
const scratch = Buffer.allocUnsafeSlow(1 << 20)

/**
 * The format of `array_recv` (https://www.postgresql.org/docs/current/xtypes.html): dimensions, nulls, type, then the
 * values.
 */
function encode<T, Value>(
  elementType: number,
  rows: readonly T[],
  of: (row: T) => Value | null,
  longest: (value: Value) => number,
  write: (target: Buffer, value: Value, at: number) => number,
): Buffer {
  const values = rows.map(of)
  let room = headerBytes
  for (const value of values) room += lengthBytes + (value === null ? 0 : longest(value))
  const target = room <= scratch.length ? scratch : Buffer.allocUnsafeSlow(room)
  let end = headerBytes
  let hasNull = 0
  for (const value of values) {
    let bytes = -1
    if (value === null) hasNull = 1
    else bytes = write(target, value, end + lengthBytes)
    target.writeInt32BE(bytes, end)
    end += lengthBytes + Math.max(bytes, 0)
  }
  target.writeInt32BE(1, 0)
  target.writeInt32BE(hasNull, 4)
  target.writeInt32BE(elementType, 8)
  target.writeInt32BE(values.length, 12)
  target.writeInt32BE(1, 16)
  return Buffer.from(target.subarray(0, end))
}

const longestUtf8 = (text: string) => text.length * 3

const writeText = (target: Buffer, text: string, at: number) => target.write(text, at)

/** Written after the version of the format. */
function writeJsonb(target: Buffer, json: string, at: number): number {
  target[at] = 1
  return 1 + target.write(json, at + 1)
}

function writeBigint(target: Buffer, value: bigint, at: number): number {
  target.writeBigInt64BE(value, at)
  return 8
}

function writeBoolean(target: Buffer, value: boolean, at: number): number {
  target[at] = value ? 1 : 0
  return 1
}

/** In the notation that PostgreSQL and `newId` use. */
function writeUuid(target: Buffer, uuid: string, at: number): number {
  let seen = 0
  for (let byte = 0; byte < uuidBytes; byte++) {
    const place = placeOf[byte] as number
    const high = digitOf[uuid.charCodeAt(place)] as number
    const low = digitOf[uuid.charCodeAt(place + 1)] as number
    seen |= high | low
    target[at + byte] = (high << 4) | low
  }
  if (seen > 15 || uuid.length !== 36) throw new TypeError(`${uuid} is not a UUID.`)
  return uuidBytes
}

/** Positions of the two digits of each byte between the hyphens. */
const placeOf = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]
/** By character code. 16 for a character that is not a hexadecimal digit. */
const digitOf = new Uint8Array(65_536).fill(16)
for (const [digit, character] of [...'0123456789abcdef'].entries()) digitOf[character.charCodeAt(0)] = digit
