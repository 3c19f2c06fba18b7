import type { InputProblem } from '../user-errors.ts'

/** Longest texts that the API takes, in UTF-16 units. */
export const maxNameLength = 500
export const maxTextLength = 50_000

/**
 * The text trimmed. PostgreSQL cannot store NUL, and half a surrogate pair is no character: both are refused rather than
 * dropped, and so is what is longer than `max`.
 */
export function cleanInput(
  text: string,
  path: readonly string[],
  problems: InputProblem[],
  max = maxTextLength,
): string {
  if (text.includes('\0') || !text.isWellFormed()) {
    problems.push({ path, message: 'The text holds NUL or half a character: leave those out.' })
  }
  if (text.length > max) problems.push({ path, message: `At most ${max} characters, not ${text.length}.` })
  return text.trim()
}

/** An http or https address, trimmed; a problem where it is none. */
export function cleanUrl(text: string, path: readonly string[], problems: InputProblem[]): string {
  const url = cleanInput(text, path, problems, 2_000)
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    problems.push({ path, message: `"${url}" is not an address that begins with http:// or https://.` })
  }
  return url
}
