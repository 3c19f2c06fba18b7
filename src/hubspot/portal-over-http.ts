import type { CallKind } from './call-budget.ts'
import { callHubSpot, type PortalAccess } from './call-hubspot.ts'
import { HubSpotNotFoundError } from './errors.ts'
import { type HttpAnswer, type HttpRequest, jsonBody, type Send } from './http.ts'
import { answerOf } from './parse-answer.ts'
import type { HubSpotPaths } from './paths.ts'
import type { Pause } from './pause.ts'
import type { CompanyOfContact, HubSpotOwner, HubSpotPortal, ObjectType } from './portal.ts'
import { readAssociations } from './read-associations.ts'
import { readRecordPage, readRecords } from './read-records.ts'
import * as shapes from './shapes.ts'
import { type AssociationInput, walkAssociations } from './walk-associations.ts'

export interface PortalLine {
  readonly paths: HubSpotPaths
  readonly access: PortalAccess
  readonly sendBulk: Send
  readonly sendRare: Send
  readonly pause: Pause
}

const readList = answerOf(shapes.listAnswerSchema)
const readListSearch = answerOf(shapes.listSearchSchema)
const readProperties = answerOf(shapes.propertiesSchema)
const readMemberships = answerOf(shapes.membershipsSchema)
const readRecordMemberships = answerOf(shapes.recordMembershipsSchema)
const readSearchTotal = answerOf(shapes.searchTotalSchema)
const readOwners = answerOf(shapes.ownersSchema)
const readAccountInfo = answerOf(shapes.accountInfoSchema)

/** HubSpot's edge refuses URLs from 16,000 characters on; far from that, ids are listed and the records read by POST. */
const longestPath = 8_000
const ownersPerPage = 100

/** A portal that is asked over HTTP. */
export function portalOverHttp({ paths, access, sendBulk, sendRare, pause }: PortalLine): HubSpotPortal {
  type Read<T> = (answer: HttpAnswer) => T
  const bulk = <T>(request: HttpRequest, read: Read<T>, signal?: AbortSignal, kind?: CallKind) =>
    callHubSpot({ send: sendBulk, request, read, access, kind, pause, signal })
  const rare = <T>(request: HttpRequest, read: Read<T>, signal?: AbortSignal) =>
    callHubSpot({ send: sendRare, request, read, access, pause, signal })

  const searchLists = async (search: Record<string, unknown>, signal?: AbortSignal) => {
    const body = jsonBody({ ...search, objectTypeId: shapes.contactTypeId, additionalProperties: ['hs_list_size'] })
    const found = await rare({ method: 'POST', path: paths.searchLists, body }, readListSearch, signal)
    return { ...found, lists: found.lists.filter(shapes.isLiveContactList).map(shapes.toList) }
  }

  const readBatch = async (
    objectType: ObjectType,
    ids: readonly bigint[],
    properties: readonly string[],
    signal?: AbortSignal,
  ) => {
    if (ids.length === 0) return []
    const inputs = ids.map((id) => ({ id: String(id) }))
    const body = jsonBody({ properties, propertiesWithHistory: [], inputs })
    return bulk({ method: 'POST', path: paths.batchRead(objectType), body }, readRecords, signal)
  }

  /** A record that comes in a surprising shape is asked for once more; what is wrong by then is that record's error. */
  const readBatchTwice: typeof readBatch = async (objectType, ids, properties, signal) => {
    const records = await readBatch(objectType, ids, properties, signal)
    const surprising = records.filter(({ unreadable }) => unreadable !== undefined).map(({ id }) => id)
    if (surprising.length === 0) return records
    const again = new Map((await readBatch(objectType, surprising, properties, signal)).map((one) => [one.id, one]))
    return records.map((record) => (record.unreadable === undefined ? record : (again.get(record.id) ?? record)))
  }

  const associations = (from: ObjectType, to: ObjectType, ids: readonly bigint[], signal?: AbortSignal) =>
    walkAssociations(ids, (inputs: readonly AssociationInput[]) => {
      const request = { method: 'POST', path: paths.associations(from, to), body: jsonBody({ inputs }) } as const
      return bulk(request, readAssociations, signal, 'associations')
    })

  return {
    usage: access.usage,
    getList: async (listId, signal) => {
      const answer = await rare({ method: 'GET', path: paths.list(listId) }, readList, signal).catch(nullIfNotFound)
      if (answer === null || !shapes.isLiveContactList(answer.list)) return null
      const list = shapes.toList(answer.list)
      if (list.size !== null) return list
      // Only the search tells the size; it may not know a list of a minute ago yet.
      const { lists } = await searchLists({ listIds: [listId], offset: 0, count: 1 }, signal)
      return { ...list, size: lists.find(({ id }) => id === list.id)?.size ?? null }
    },
    searchLists,
    listProperties: async (objectType, signal) =>
      (await rare({ method: 'GET', path: paths.properties(objectType) }, readProperties, signal)).results,
    membershipPage: (listId, page, signal) =>
      callHubSpot({
        send: sendBulk,
        request: { method: 'GET', path: paths.memberships(listId, page) },
        read: readMemberships,
        access,
        // One page leads to the next, and each of them to many calls that may go side by side.
        isUrgent: true,
        pause,
        signal,
      }),
    membersAmong: async (listId, contactIds, signal) => {
      if (contactIds.length === 0) return new Set()
      const inputs = contactIds.map((id) => ({ objectTypeId: shapes.contactTypeId, recordId: String(id) }))
      const request = { method: 'POST', path: paths.membershipsOfRecords, body: jsonBody({ inputs }) } as const
      const { results } = await bulk(request, readRecordMemberships, signal)
      const isMember = ({ recordListMemberships }: (typeof results)[number]) =>
        recordListMemberships.some((membership) => membership.listId === listId)
      return new Set(results.filter(isMember).map(({ recordId }) => recordId))
    },
    readContacts: (ids, properties, signal) => readBatchTwice('contacts', ids, properties, signal),
    readCompanies: (ids, properties, signal) => readBatchTwice('companies', ids, properties, signal),
    companyPage: async (page, properties, signal) => {
      const path = paths.records('companies', page, properties)
      if (path.length <= longestPath) return bulk({ method: 'GET', path }, readRecordPage, signal)
      const listed = await bulk({ method: 'GET', path: paths.records('companies', page, []) }, readRecordPage, signal)
      const ids = listed.records.map(({ id }) => id)
      const wanted = new Set(ids)
      const records = await readBatch('companies', ids, properties, signal)
      // One that was merged in between answers under a new id, which a later page lists.
      const onPage = records.filter(({ id }) => wanted.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1))
      return { records: onPage, next: listed.next }
    },
    countCompanies: (signal) => {
      const body = jsonBody({ filterGroups: [], sorts: [], properties: [], limit: 1 })
      return bulk({ method: 'POST', path: paths.search('companies'), body }, readSearchTotal, signal, 'search')
    },
    contactsOfCompanies: async function* (companyIds, signal) {
      for await (const { fromId, to } of associations('companies', 'contacts', companyIds, signal)) {
        yield { companyId: fromId, contactIds: to.map(({ id }) => id) }
      }
    },
    companiesOfContacts: async (contactIds, signal) => {
      const companies = new Map<bigint, CompanyOfContact[]>()
      for await (const { fromId, to } of associations('contacts', 'companies', contactIds, signal)) {
        const piece = to.map(({ id, isPrimaryCompany }) => ({ companyId: id, isPrimary: isPrimaryCompany }))
        companies.set(fromId, [...(companies.get(fromId) ?? []), ...piece])
      }
      return companies
    },
    listOwners: async (signal) => {
      const owners = new Map<string, HubSpotOwner>()
      for (const archived of [true, false]) {
        let after: string | null = null
        do {
          const path = paths.owners({ after, limit: ownersPerPage, archived })
          const page: { owners: HubSpotOwner[]; next: string | null } = await rare(
            { method: 'GET', path },
            readOwners,
            signal,
          )
          // Whoever came back stands in both lists; the present name is in the second.
          for (const owner of page.owners) owners.set(owner.id, owner)
          after = page.next
        } while (after !== null)
      }
      return [...owners.values()]
    },
    accountInfo: (signal) => rare({ method: 'GET', path: paths.accountInfo }, readAccountInfo, signal),
  }
}

function nullIfNotFound(error: unknown): null {
  if (error instanceof HubSpotNotFoundError) return null
  throw error
}
