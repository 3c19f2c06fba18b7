import type { SeededAssociations } from '../seed/seeded-associations.ts'

/** Which contacts belong to which companies. The value of an entry tells whether the company is the primary one. */
export class AssociationStore {
  readonly #seeded: SeededAssociations | null
  readonly #byCompany = new Map<number, Map<number, boolean>>()
  readonly #byContact = new Map<number, Map<number, boolean>>()

  constructor(seeded: SeededAssociations | null) {
    this.#seeded = seeded
  }

  /** Contact ids of a company, in any order. */
  contactsOf(companyId: number): ReadonlyMap<number, boolean> {
    return this.#byCompany.get(companyId) ?? this.#seeded?.contactsOf(companyId) ?? new Map()
  }

  /** Company ids of a contact, in any order. */
  companiesOf(contactId: number): ReadonlyMap<number, boolean> {
    return this.#byContact.get(contactId) ?? this.#seeded?.companiesOf(contactId) ?? new Map()
  }

  primaryCompanyOf(contactId: number): number | null {
    for (const [companyId, primary] of this.companiesOf(contactId)) if (primary) return companyId
    return null
  }

  /** A contact has at most one primary company, so a new one replaces the old one. */
  set(companyId: number, contactId: number, primary: boolean): void {
    if (primary) {
      for (const other of this.companiesOf(contactId).keys()) this.#link(other, contactId, false)
    }
    this.#link(companyId, contactId, primary)
  }

  delete(companyId: number, contactId: number): void {
    this.#editableContacts(companyId).delete(contactId)
    this.#editableCompanies(contactId).delete(companyId)
  }

  #link(companyId: number, contactId: number, primary: boolean): void {
    this.#editableContacts(companyId).set(contactId, primary)
    this.#editableCompanies(contactId).set(companyId, primary)
  }

  #editableContacts(companyId: number): Map<number, boolean> {
    const links = this.#byCompany.get(companyId) ?? new Map(this.contactsOf(companyId))
    this.#byCompany.set(companyId, links)
    return links
  }

  #editableCompanies(contactId: number): Map<number, boolean> {
    const links = this.#byContact.get(contactId) ?? new Map(this.companiesOf(contactId))
    this.#byContact.set(contactId, links)
    return links
  }
}
