import type { ObjectType } from '../generated/prisma/enums.ts'

interface Words {
  /** With its article: "a contact". */
  readonly one: string
  readonly many: string
  /** HubSpot's word for the same thing, without an article. */
  readonly inHubSpot: string
}

/** What people call the records of a type. For messages, which must never contain the names of the enumeration. */
export const wordsFor: Readonly<Record<ObjectType, Words>> = {
  CONTACT: { one: 'a contact', many: 'contacts', inHubSpot: 'contact' },
  ACCOUNT: { one: 'an account', many: 'accounts', inHubSpot: 'company' },
}
