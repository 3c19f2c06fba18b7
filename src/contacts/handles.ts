import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js'
import type { HandleSource } from '../generated/prisma/enums.ts'

/** An address that a contact is reached by; equal handles have equal source and value. */
export interface Handle {
  readonly source: HandleSource
  readonly value: string
}

/** Key of a handle in maps and sets. */
export function handleKey({ source, value }: Handle): string {
  return `${source}:${value}`
}

/** Trimmed and lower-cased, without folding of plus or dot (B49); null where nothing is left. */
export function normaliseEmail(text: string): string | null {
  return text.trim().toLowerCase() || null
}

/**
 * E.164 where the text is a valid number, national notations read in `region` (ISO 3166, e.g. 'US'); any other text
 * stays a handle as written, trimmed (B49). Null where nothing is left.
 */
export function normalisePhone(text: string, region: string): string | null {
  const trimmed = text.trim()
  if (trimmed === '') return null
  const parsed = parsePhoneNumberFromString(trimmed, region as CountryCode)
  return parsed?.isValid() ? parsed.number : trimmed
}
