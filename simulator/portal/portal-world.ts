import { DEFAULT_OWNERS, type Owner } from '../seed/owners.ts'
import { type SeededAssociations, seededAssociations } from '../seed/seeded-associations.ts'
import { seededCompanies } from '../seed/seeded-companies.ts'
import { seededContacts } from '../seed/seeded-contacts.ts'
import { seededLists } from '../seed/seeded-lists.ts'
import { AssociationStore } from './association-store.ts'
import type { ContactList } from './contact-list.ts'
import type { ObjectType, SeededRecords } from './crm-record.ts'
import { DEFAULT_PROPERTIES, type PropertyDefinition } from './property-definitions.ts'
import { RecordStore } from './record-store.ts'

/** Everything in a portal. Replaced as a whole when the portal is reset. */
export interface PortalWorld {
  readonly records: Readonly<Record<ObjectType, RecordStore>>
  readonly associations: AssociationStore
  readonly lists: Map<string, ContactList>
  readonly properties: Readonly<Record<ObjectType, Map<string, PropertyDefinition>>>
  readonly owners: Map<string, Owner>
}

interface Seeds {
  contacts: SeededRecords
  companies: SeededRecords
  associations: SeededAssociations
}

const byName = (definitions: readonly PropertyDefinition[]) =>
  new Map(definitions.map((definition) => [definition.name, definition]))

const world = (seeds: Seeds | null): PortalWorld => {
  const associations = new AssociationStore(seeds?.associations ?? null)
  const contacts = new RecordStore({
    seeded: seeds?.contacts ?? null,
    modifiedProperty: 'lastmodifieddate',
    computed: { associatedcompanyid: ({ id }) => associations.primaryCompanyOf(id)?.toString() ?? null },
  })
  return {
    records: {
      contacts,
      companies: new RecordStore({ seeded: seeds?.companies ?? null, modifiedProperty: 'hs_lastmodifieddate' }),
    },
    associations,
    lists: new Map(),
    properties: { contacts: byName(DEFAULT_PROPERTIES.contacts), companies: byName(DEFAULT_PROPERTIES.companies) },
    owners: new Map(DEFAULT_OWNERS.map((owner) => [owner.id, owner])),
  }
}

/** No records and no lists, but the properties and owners that every portal has. */
export const emptyWorld = (): PortalWorld => world(null)

export const seededWorld = (seed: number, contactCount: number, companyCount: number): PortalWorld => {
  const contacts = seededContacts(seed, contactCount)
  const companies = seededCompanies(seed, companyCount)
  const made = world({ contacts, companies, associations: seededAssociations(seed, contacts, companies) })
  for (const list of seededLists(contacts)) made.lists.set(list.listId, list)
  return made
}
