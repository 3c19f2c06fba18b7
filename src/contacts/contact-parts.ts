import type { Contact, ContactHandle, ContactLink } from '../generated/prisma/client.ts'
import type { AccountParts, AccountRow, LinkRow } from '../records/record-columns.ts'

/** The parts of a contact that are read in addition to its other columns. */
export interface ContactParts {
  readonly columns: readonly ContactColumn[]
  readonly handles: boolean
  readonly link: boolean
  readonly account: AccountParts | null
}

/** Columns that are read only on request, because they can be long or take time to parse. */
export type ContactColumn = 'description' | 'links' | 'customFields' | 'createdAt' | 'updatedAt'

/** A contact as Prisma returns it, with the requested parts. */
export type ContactRow = Omit<Contact, ContactColumn> &
  Partial<Pick<Contact, ContactColumn>> & {
    readonly handles?: ContactHandle[]
    readonly link?: LinkRow<ContactLink> | null
    readonly account?: AccountRow | null
  }
