import { z } from 'zod'

export const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    )

/** Without a trailing slash. */
export const httpUrl = url('http:', 'https:').transform((text) => text.replace(/\/+$/, ''))
