import type { SeededRecords } from '../portal/crm-record.ts'
import { mix } from './mix.ts'

/** The initial associations. The value tells whether the company is the contact's primary one. */
export interface SeededAssociations {
  contactsOf(companyId: number): Map<number, boolean>
  companiesOf(contactId: number): Map<number, boolean>
}

/** Contacts are assigned to companies in blocks. Some belong to none, some also to the next company. */
export const seededAssociations = (
  seed: number,
  contacts: SeededRecords,
  companies: SeededRecords,
): SeededAssociations => {
  const blockSize = Math.max(1, Math.ceil(contacts.count / Math.max(1, companies.count)))

  const companiesOf = (contactId: number): Map<number, boolean> => {
    const index = contacts.indexOf(contactId)
    const found = new Map<number, boolean>()
    if (index === undefined || companies.count === 0) return found
    const number = mix(seed, index, 60) % 20
    if (number < 3) return found
    const block = Math.floor(index / blockSize)
    found.set(companies.idAt(block), true)
    if (number === 3 && companies.count > 1) found.set(companies.idAt((block + 1) % companies.count), false)
    return found
  }

  const contactsOf = (companyId: number): Map<number, boolean> => {
    const company = companies.indexOf(companyId)
    const found = new Map<number, boolean>()
    if (company === undefined) return found
    const previous = (company + companies.count - 1) % companies.count
    for (const block of new Set([company, previous].sort((a, b) => a - b))) {
      const end = Math.min((block + 1) * blockSize, contacts.count)
      for (let index = block * blockSize; index < end; index++) {
        const contactId = contacts.idAt(index)
        const primary = companiesOf(contactId).get(companyId)
        if (primary !== undefined) found.set(contactId, primary)
      }
    }
    return found
  }

  return { contactsOf, companiesOf }
}
