import type { HubSpotPortal } from '../../../src/hubspot/portal.ts'
import type { HubSpotRecord, HubSpotSide, Property } from '../reference/world.ts'

/** The id of the only list in a world. */
export const listId = '42'

const notPartOfAWorld = async (): Promise<never> => {
  throw new Error('a run has no use for this')
}

/**
 * A portal that answers from a world, with records in a different order from the requested one. `onCall` may throw
 * instead.
 */
export function worldPortal(hubspot: HubSpotSide, onCall: () => void): HubSpotPortal {
  const isBuilding = (hubspot.shown ?? null) !== null
  const isShown = (id: bigint) => hubspot.shown?.includes(id) ?? true
  const members = () => idsOf(hubspot.contacts.filter(({ id, inList }) => inList && isShown(id)))
  const isLive = (companyId: bigint) => hubspot.companies.some(({ id }) => id === companyId)
  return {
    usage: { calls: 0, repeats: 0 },
    async getList(id) {
      onCall()
      return id === listId ? { id, name: 'All of them', size: members().length, isDynamic: true, isBuilding } : null
    },
    async listProperties(objectType) {
      onCall()
      const known = objectType === 'contacts' ? hubspot.properties : hubspot.companyProperties
      return known.map(({ isOwner = false, isMultiple = false, ...property }) => ({
        ...property,
        label: property.name,
        fieldType: isMultiple ? 'checkbox' : 'select',
        options: [...property.options],
        referencedObjectType: isOwner ? 'OWNER' : null,
        archived: false,
      }))
    },
    async membershipPage(_listId, { after, limit }) {
      onCall()
      const { page, next } = pageOf(members(), after, limit)
      return { recordIds: page, next }
    },
    async membersAmong(_listId, contactIds) {
      onCall()
      return new Set(members().filter((id) => contactIds.includes(id)))
    },
    async readContacts(ids, properties) {
      onCall()
      return readRecords(hubspot.contacts, hubspot.properties, ids, properties)
    },
    async readCompanies(ids, properties) {
      onCall()
      return readRecords(hubspot.companies, hubspot.companyProperties, ids, properties)
    },
    async companyPage({ after, limit }, properties) {
      onCall()
      const { page, next } = pageOf(idsOf(hubspot.companies), after, limit)
      const records = readRecords(hubspot.companies, hubspot.companyProperties, page, properties)
      return { records: records.sort((one, other) => (one.hubspotId < other.hubspotId ? -1 : 1)), next }
    },
    async countCompanies() {
      onCall()
      return hubspot.companies.length
    },
    async *contactsOfCompanies(companyIds) {
      for (const companyId of companyIds.filter(isLive)) {
        onCall()
        const own = hubspot.contacts.filter(({ companies }) => companies.some(({ id }) => id === companyId))
        // A company with many contacts comes in several pieces, in any order.
        for (const { id } of [...own].reverse()) yield { companyId, contactIds: [id] }
      }
    },
    async companiesOfContacts(contactIds) {
      onCall()
      const asked = hubspot.contacts.filter(({ id }) => contactIds.includes(id))
      const live = asked.map(({ id, companies }) => [id, companies.filter((company) => isLive(company.id))] as const)
      return new Map(
        live
          .filter(([, companies]) => companies.length > 0)
          .map(([id, companies]) => [id, companies.map(({ id, isPrimary }) => ({ companyId: id, isPrimary }))]),
      )
    },
    async listOwners() {
      onCall()
      return [...hubspot.owners]
    },
    searchLists: notPartOfAWorld,
    accountInfo: notPartOfAWorld,
  }
}

function idsOf(records: readonly HubSpotRecord[]): bigint[] {
  return records.map(({ id }) => id).sort((one, other) => (one < other ? -1 : 1))
}

function pageOf(ids: readonly bigint[], after: string | null, limit: number) {
  const left = ids.filter((id) => after === null || id > BigInt(after))
  const page = left.slice(0, limit)
  return { page, next: left.length > limit ? String(page.at(-1)) : null }
}

/** A merged record is returned under its new id, once. */
function readRecords(
  records: readonly HubSpotRecord[],
  known: readonly Property[],
  ids: readonly bigint[],
  properties: readonly string[],
) {
  const asked = known.filter(({ name }) => properties.includes(name))
  return records
    .filter(({ id, mergedIds }) => ids.includes(id) || mergedIds.some((merged) => ids.includes(merged)))
    .map(({ id, values, mergedIds }) => ({
      hubspotId: id,
      properties: {
        ...Object.fromEntries(asked.map(({ name }) => [name, values[name] ?? null])),
        hs_merged_object_ids: mergedIds.length > 0 ? mergedIds.join(';') : null,
      },
    }))
    .reverse()
}
