/** The type of a handle. An account has domains as a contact has emails and phone numbers (B65). */
export type HandleSource = 'EMAIL' | 'PHONE' | 'DOMAIN'

/** An email, a phone number, or a domain by which a record is found. Equal handles have equal source and value. */
export interface Handle {
  readonly source: HandleSource
  readonly value: string
}

/** Key of a handle in maps and sets. */
export function handleKey({ source, value }: Handle): string {
  return `${source}:${value}`
}
