import type { InputProblem } from '../user-errors.ts'

/**
 * The longest texts that we store. PostgreSQL does not index texts longer than about 2,700 bytes, so all indexed texts
 * are limited here, for both the sync and the API. HubSpot's own texts have up to 65,536 characters.
 *
 * | text | maximum | a longer text from HubSpot | a longer text through the API |
 * | --- | --- | --- | --- |
 * | name of a contact or account | `maxNameLength` | is cut, with an INVALID_VALUE error that names the property | INVALID_INPUT |
 * | email, phone | `maxHandleBytes` | is not a handle, INVALID_VALUE | INVALID_INPUT |
 * | domain | `maxDomainBytes` | is not a domain, INVALID_VALUE | INVALID_INPUT |
 * | externalId | 100 characters | a HubSpot id has at most 18 digits | INVALID_INPUT |
 * | description, custom field | not indexed | is kept whole | INVALID_INPUT above `maxTextLength` |
 * | link | not indexed | is kept whole | INVALID_INPUT above 2,000 characters |
 */
/** In UTF-16 units: at most 1,500 bytes of UTF-8, in lower case too. */
export const maxNameLength = 500
/** In UTF-16 units. */
export const maxTextLength = 50_000
/** In bytes of UTF-8. The longest address that mail servers accept has 320. */
export const maxHandleBytes = 1_000
/** In bytes of UTF-8. */
export const maxDomainBytes = 255

export function byteLength(text: string): number {
  return Buffer.byteLength(text)
}

/** The first `max` UTF-16 units of the text, without half a character at the end. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text
  const last = text.charCodeAt(max - 1)
  const isHalf = last >= 0xd800 && last <= 0xdbff
  return text.slice(0, isHalf ? max - 1 : max)
}

/** The text in quotes for a message to people. A long text is cut. */
export function quoted(text: string): string {
  const longest = 100
  return text.length <= longest ? `"${text}"` : `"${cutText(text, longest)}…"`
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them.
const aboveAscii = /[^\x00-\x7f]/
/** Format characters such as zero-width spaces, soft hyphens, and byte order marks, and no-break spaces. */
const invisible = /[\p{Cf}\u00a0\u2007\u202f]/gu

/** The text without invisible characters: Unicode format characters (Cf), no-break spaces, and NUL (B49). */
export function dropInvisible(text: string): string {
  const visible = aboveAscii.test(text) ? text.replace(invisible, '') : text
  return visible.includes('\0') ? visible.replaceAll('\0', '') : visible
}

/**
 * The trimmed text. PostgreSQL cannot store NUL, and half a surrogate pair is not a character: both are rejected rather
 * than dropped, and so is a text longer than `max`.
 */
export function cleanInput(
  text: string,
  path: readonly string[],
  problems: InputProblem[],
  max = maxTextLength,
): string {
  if (text.includes('\0') || !text.isWellFormed()) {
    problems.push({ path, message: 'The text contains NUL or half of a surrogate pair. Remove those characters.' })
  }
  if (text.length > max) problems.push({ path, message: `At most ${max} characters are allowed, not ${text.length}.` })
  return text.trim()
}

/** An http or https URL, trimmed. Adds a problem if it is not one. */
export function cleanUrl(text: string, path: readonly string[], problems: InputProblem[]): string {
  const url = cleanInput(text, path, problems, 2_000)
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    problems.push({ path, message: `${quoted(url)} is not a URL that starts with http:// or https://.` })
  }
  return url
}
