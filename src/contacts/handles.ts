import { toE164 } from './phone-number.ts'

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
  return toE164(trimmed, region) ?? trimmed
}
