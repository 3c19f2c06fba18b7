import type { HubSpotPortal } from '../../src/hubspot/portal.ts'
import type { HubSpotSide } from './world.ts'

/** The id of the one list that a world has. */
export const listId = '42'

const notPartOfAWorld = async (): Promise<never> => {
  throw new Error('a sync of a list has no use for this')
}

/** A portal that answers from a world, records in any order but the asked one. `onCall` may throw in its place. */
export function worldPortal(hubspot: HubSpotSide, onCall: () => void): HubSpotPortal {
  const members = () => {
    const listed = hubspot.contacts.filter(({ inList }) => inList)
    return listed.map(({ id }) => id).sort((one, other) => (one < other ? -1 : 1))
  }
  return {
    async getList(id) {
      onCall()
      return id === listId ? { id, name: 'All of them', size: members().length, isDynamic: true } : null
    },
    async listProperties() {
      onCall()
      return hubspot.properties.map((property) => ({
        ...property,
        label: property.name,
        fieldType: 'text',
        options: [...property.options],
        referencedObjectType: null,
        archived: false,
      }))
    },
    async membershipPage(_listId, { after, limit }) {
      onCall()
      const left = members().filter((id) => after === null || id > BigInt(after))
      const recordIds = left.slice(0, limit)
      return { recordIds, next: left.length > limit ? String(recordIds.at(-1)) : null }
    },
    async membersAmong(_listId, contactIds) {
      onCall()
      return new Set(members().filter((id) => contactIds.includes(id)))
    },
    async readContacts(ids, properties) {
      onCall()
      const asked = hubspot.properties.filter(({ name }) => properties.includes(name))
      return hubspot.contacts
        .filter(({ id }) => ids.includes(id))
        .map(({ id, values }) => ({
          id,
          properties: Object.fromEntries(asked.map(({ name }) => [name, values[name] ?? null])),
        }))
        .reverse()
    },
    searchLists: notPartOfAWorld,
    readCompanies: notPartOfAWorld,
    companyPage: notPartOfAWorld,
    countCompanies: notPartOfAWorld,
    contactsOfCompanies: () => {
      throw new Error('a sync of a list has no use for this')
    },
    companiesOfContacts: notPartOfAWorld,
    listOwners: notPartOfAWorld,
    accountInfo: notPartOfAWorld,
  }
}
