/** What kind of address a handle is; an account is known by its domains as a contact is by its addresses (B65). */
export type HandleSource = 'EMAIL' | 'PHONE' | 'DOMAIN'

/** An address that a record is found by; equal handles have equal source and value. */
export interface Handle {
  readonly source: HandleSource
  readonly value: string
}

/** Key of a handle in maps and sets. */
export function handleKey({ source, value }: Handle): string {
  return `${source}:${value}`
}
