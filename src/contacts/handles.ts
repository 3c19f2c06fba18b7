import { byteLength, dropInvisible, maxHandleBytes, quoted } from '../records/text-rules.ts'
import { readPhoneNumber } from './phone-number.ts'

type Source = 'EMAIL' | 'PHONE'

/** The result of reading a text as a handle: its normal form, nothing, or an invalid text. */
export type HandleReading =
  | { readonly kind: 'handle'; readonly value: string }
  | { readonly kind: 'empty' }
  /** `reason` is for people and has no full stop at the end. */
  | { readonly kind: 'invalid'; readonly reason: string }

/**
 * The only function that turns a text into a handle (B49): for the sync, for look-ups and filters, and for handles that
 * are added by hand. Reading a handle again returns the same handle.
 *
 * | text | handle |
 * | --- | --- |
 * | email | trimmed, in lower case; plus signs and dots are kept |
 * | email without something on both sides of a single `@`, or with a blank inside | invalid |
 * | valid phone number | E.164, followed by its extension: `+16502530000;ext=12` |
 * | `+52 1` and ten digits | `+52` and those ten digits |
 * | any other phone with a digit | as written, trimmed |
 * | phone without a digit, or with zeros only (`n/a`, `-`, `0`) | empty |
 * | more than `maxHandleBytes` | invalid |
 *
 * Invisible characters are dropped first. `region` (ISO 3166, for example 'US') tells how to read national phone
 * numbers.
 */
export function readHandle(source: Source, text: string, region: string): HandleReading {
  const visible = dropInvisible(text).trim()
  const reading = source === 'EMAIL' ? readEmail(visible) : readPhone(visible, region)
  if (reading.kind !== 'handle' || byteLength(reading.value) <= maxHandleBytes) return reading
  const what = source === 'EMAIL' ? 'an email address' : 'a phone number'
  return {
    kind: 'invalid',
    reason: `${quoted(visible)} is too long for ${what}, which has at most ${maxHandleBytes} bytes`,
  }
}

/** The normal form of a handle (B49) as in {@link readHandle}; null for a text that is not a handle. */
export function normaliseHandle(source: Source, text: string, region: string): string | null {
  const reading = readHandle(source, text, region)
  return reading.kind === 'handle' ? reading.value : null
}

const empty: HandleReading = { kind: 'empty' }
const email = /^[^\s@]+@[^\s@]+$/

function readEmail(text: string): HandleReading {
  if (text === '') return empty
  if (!email.test(text)) return { kind: 'invalid', reason: `${quoted(text)} is not an email address` }
  return { kind: 'handle', value: text.toLowerCase() }
}

/** A digit other than the zeros of the scripts in which phone numbers are read. */
const tellingDigit = /[^\P{Nd}0\u0660\u06f0\uff10]/u

function readPhone(text: string, region: string): HandleReading {
  if (!tellingDigit.test(text)) return empty
  return { kind: 'handle', value: readPhoneNumber(text, region) ?? text }
}
