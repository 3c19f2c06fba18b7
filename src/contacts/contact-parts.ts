import type { Account, AccountLink, Contact, ContactHandle, ContactLink } from '../generated/prisma/client.ts'

/** The parts of a contact that are read in addition to its other columns. */
export interface ContactParts {
  readonly columns: readonly ContactColumn[]
  readonly handles: boolean
  readonly link: boolean
  readonly account: AccountParts | null
}

export interface AccountParts {
  readonly columns: readonly AccountColumn[]
  readonly domains: boolean
  readonly link: boolean
}

/** Columns that are read only on request, because they can be long or take time to parse. */
export type ContactColumn = 'description' | 'links' | 'customFields' | 'createdAt' | 'updatedAt'
export type AccountColumn = 'description' | 'customFields' | 'createdAt' | 'updatedAt'

type LinkRow<Link> = Omit<Link, 'rowHash' | 'stateChangedAt'>

/** A contact as Prisma returns it, with the requested parts. */
export type ContactRow = Omit<Contact, ContactColumn> &
  Partial<Pick<Contact, ContactColumn>> & {
    readonly handles?: ContactHandle[]
    readonly link?: LinkRow<ContactLink> | null
    readonly account?: AccountRow | null
  }

type AccountRow = Omit<Account, AccountColumn> &
  Partial<Pick<Account, AccountColumn>> & {
    readonly domains?: { readonly domain: string }[]
    readonly link?: LinkRow<AccountLink> | null
  }
