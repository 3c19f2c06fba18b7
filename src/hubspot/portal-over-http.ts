import { askForAll, type PartialAnswer } from './ask-for-all.ts'
import type { CallKind } from './call-budget.ts'
import { callHubSpot, type PortalAccess } from './call-hubspot.ts'
import { HubSpotListNotFoundError, HubSpotNotFoundError, HubSpotUnreadableError } from './errors.ts'
import { type HttpAnswer, type HttpRequest, jsonBody, type Send } from './http.ts'
import { hubspotTypeIds } from './object-types.ts'
import { answerOf, toId } from './parse-answer.ts'
import type { HubSpotPaths } from './paths.ts'
import type { Pause } from './pause.ts'
import type { CompaniesOfContact, HubSpotOwner, HubSpotPortal, HubSpotRecord, ObjectType } from './portal.ts'
import { readAssociations } from './read-associations.ts'
import { readMemberships as readMembershipsOfRecords } from './read-memberships.ts'
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
const readSearchTotal = answerOf(shapes.searchTotalSchema)
const readOwners = answerOf(shapes.ownersSchema)
const readAccountInfo = answerOf(shapes.accountInfoSchema)

/** The ids of all records that were merged into a record. */
const mergedIds = 'hs_merged_object_ids'
/**
 * HubSpot's edge rejects URLs of 16,000 characters or more. Well below that, ids are listed and the records are read by
 * POST.
 */
const longestPath = 8_000
const ownersPerPage = 100

/** A portal that is read over HTTP. */
export function portalOverHttp({ paths, access, sendBulk, sendRare, pause }: PortalLine): HubSpotPortal {
  type Read<T> = (answer: HttpAnswer) => T
  const bulk = <T>(request: HttpRequest, read: Read<T>, signal?: AbortSignal, kind?: CallKind) =>
    callHubSpot({ send: sendBulk, request, read, access, kind, pause, signal })
  const rare = <T>(request: HttpRequest, read: Read<T>, signal?: AbortSignal) =>
    callHubSpot({ send: sendRare, request, read, access, pause, signal })

  const searchLists = async (search: Record<string, unknown>, signal?: AbortSignal) => {
    const body = jsonBody({ ...search, objectTypeId: hubspotTypeIds.CONTACT, additionalProperties: ['hs_list_size'] })
    const found = await rare({ method: 'POST', path: paths.searchLists, body }, readListSearch, signal)
    return { ...found, lists: found.lists.filter(shapes.isLiveContactList).map(shapes.toList) }
  }

  const readBatch = async (
    objectType: ObjectType,
    ids: readonly bigint[],
    properties: readonly string[],
    signal?: AbortSignal,
  ): Promise<HubSpotRecord[]> => {
    if (ids.length === 0) return []
    // Includes the ids that were merged into a record. Otherwise these records would appear to be omitted.
    const wanted = [...new Set([...properties, mergedIds])]
    const ask = (asked: readonly bigint[]) => {
      const inputs = asked.map((id) => ({ id: String(id) }))
      const body = jsonBody({ properties: wanted, propertiesWithHistory: [], inputs })
      const request = { method: 'POST', path: paths.batchRead(objectType), body, what: objectType } as const
      return bulk(request, readRecords, signal).catch(noneOfThese)
    }
    return askForAll(ids, {
      ask,
      standsFor: mergedInto,
      unanswered: (hubspotId, reason): HubSpotRecord => ({ hubspotId, properties: {}, unreadable: reason }),
    })
  }

  const associations = (from: ObjectType, to: ObjectType, ids: readonly bigint[], signal?: AbortSignal) =>
    walkAssociations(ids, (inputs: readonly AssociationInput[]) => {
      const what = `${to} of ${from}`
      const request = { method: 'POST', path: paths.associations(from, to), body: jsonBody({ inputs }), what } as const
      return bulk(request, readAssociations, signal, 'associations')
    })

  return {
    usage: access.usage,
    getList: async (listId, signal) => {
      // Anything else in the path, such as ".", would name another resource.
      if (!/^\d{1,18}$/.test(listId)) return null
      const request = { method: 'GET', path: paths.list(listId), what: `list ${listId}` } as const
      const answer = await rare(request, (given) => requireList(readList(given), listId), signal).catch(nullIfNotFound)
      if (answer === null || !shapes.isLiveContactList(answer.list)) return null
      const list = shapes.toList(answer.list)
      if (list.size !== null) return list
      // Only the search returns the size. It may not know a list yet that is a minute old.
      const { lists } = await searchLists({ listIds: [listId], offset: 0, count: 1 }, signal)
      return { ...list, size: lists.find(({ id }) => id === list.id)?.size ?? null }
    },
    searchLists,
    listProperties: async (objectType, signal) =>
      (
        await rare(
          { method: 'GET', path: paths.properties(objectType), what: `properties of ${objectType}` },
          readProperties,
          signal,
        )
      ).results,
    membershipPage: (listId, page, signal) =>
      callHubSpot({
        send: sendBulk,
        request: { method: 'GET', path: paths.memberships(listId, page), what: `members of list ${listId}` },
        read: turningPages(page.after, readMemberships),
        access,
        // Each page leads to the next one and to many calls that can run in parallel.
        isUrgent: true,
        pause,
        signal,
      }).catch((error: unknown) => {
        // The list is the only thing that this call identifies by id.
        throw error instanceof HubSpotNotFoundError ? new HubSpotListNotFoundError(listId, error) : error
      }),
    membersAmong: async (listId, contactIds, signal) => {
      if (contactIds.length === 0) return new Set()
      const what = `members of list ${listId}`
      const ask = (asked: readonly bigint[]) => {
        const inputs = asked.map((id) => ({ objectTypeId: hubspotTypeIds.CONTACT, recordId: String(id) }))
        const request = { method: 'POST', path: paths.membershipsOfRecords, body: jsonBody({ inputs }), what } as const
        return bulk(request, readMembershipsOfRecords, signal)
      }
      const unanswered = (hubspotId: bigint, reason: string) => ({
        hubspotId,
        listIds: [],
        unreadable: reason,
      })
      const found = await askForAll(contactIds, { ask, standsFor: () => [], unanswered })
      // HubSpot may be silent about a contact that it does not know, but about no other.
      const doubtful = found.filter(({ unreadable }) => unreadable !== undefined)
      const known = new Set(
        (
          await readBatch(
            'contacts',
            doubtful.map(({ hubspotId }) => hubspotId),
            [],
            signal,
          )
        ).map(({ hubspotId }) => hubspotId),
      )
      const odd = doubtful.find(({ hubspotId }) => known.has(hubspotId))
      if (odd !== undefined) {
        throw new HubSpotUnreadableError(
          `${what}: it is not clear whether contact ${odd.hubspotId} is one. ${odd.unreadable}`,
        )
      }
      return new Set(found.filter(({ listIds }) => listIds.includes(listId)).map(({ hubspotId }) => hubspotId))
    },
    readContacts: (ids, properties, signal) => readBatch('contacts', ids, properties, signal),
    readCompanies: (ids, properties, signal) => readBatch('companies', ids, properties, signal),
    companyPage: async (page, properties, signal) => {
      const path = paths.records('companies', page, properties)
      const isListed = path.length > longestPath
      const request = {
        method: 'GET',
        path: isListed ? paths.records('companies', page, []) : path,
        what: 'companies',
      } as const
      const listed = await bulk(request, turningPages(page.after, readRecordPage), signal)
      const isOdd = ({ unreadable }: HubSpotRecord) => isListed || unreadable !== undefined
      const ids = listed.records.filter(isOdd).map(({ hubspotId }) => hubspotId)
      const wanted = new Set(ids)
      const records = await readBatch('companies', ids, properties, signal)
      // A record that was merged in the meantime is returned under a new id, which a later page lists.
      const read = new Map(
        records.filter(({ hubspotId }) => wanted.has(hubspotId)).map((record) => [record.hubspotId, record]),
      )
      const onPage = listed.records.flatMap((record) => (isOdd(record) ? (read.get(record.hubspotId) ?? []) : record))
      return { records: onPage, next: listed.next }
    },
    countCompanies: (signal) => {
      const body = jsonBody({ filterGroups: [], sorts: [], properties: [], limit: 1 })
      const request = { method: 'POST', path: paths.search('companies'), body, what: 'number of companies' } as const
      return bulk(request, readSearchTotal, signal, 'search')
    },
    contactsOfCompanies: async function* (companyIds, signal) {
      for await (const { hubspotId: companyId, to, unreadable } of associations(
        'companies',
        'contacts',
        companyIds,
        signal,
      )) {
        // Contacts that are missing in the answer would be treated as departed.
        if (unreadable !== undefined)
          throw new HubSpotUnreadableError(`contacts of company ${companyId}: ${unreadable}`)
        yield { companyId, contactIds: to.map((contact) => contact.id) }
      }
    },
    companiesOfContacts: async (contactIds, signal) => {
      const companies = new Map<bigint, CompaniesOfContact>()
      for await (const { hubspotId: contactId, to, unreadable } of associations(
        'contacts',
        'companies',
        contactIds,
        signal,
      )) {
        const before = companies.get(contactId) ?? []
        if ('unreadable' in before) continue
        const piece = to.map((company) => ({ companyId: company.id, isPrimary: company.isPrimaryCompany }))
        companies.set(contactId, unreadable === undefined ? [...before, ...piece] : { unreadable })
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
          // An owner who came back is in both lists. The second one has the current name.
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

/** Throws if a different list was returned than requested. */
function requireList<T extends { readonly list: { readonly listId: string } }>(answer: T, listId: string): T {
  if (answer.list.listId === listId) return answer
  throw new HubSpotUnreadableError(`HubSpot answered with list ${answer.list.listId}.`)
}

/** Some versions of HubSpot's API ignored a cursor, so that the same page was returned forever. */
function turningPages<T extends { readonly next: string | null }>(
  after: string | null,
  read: (answer: HttpAnswer) => T,
): (answer: HttpAnswer) => T {
  return (answer) => {
    const page = read(answer)
    if (page.next === null || page.next !== after) return page
    throw new HubSpotUnreadableError('HubSpot returns the same page again: paging.next.after is the requested cursor.')
  }
}

/** HubSpot's explicit answer about records, as opposed to a 404 that may concern the call as a whole. */
function noneOfThese(error: unknown): PartialAnswer<HubSpotRecord> {
  if (!(error instanceof HubSpotNotFoundError) || error.category !== 'OBJECT_NOT_FOUND') throw error
  return { found: [], absent: new Set(), fault: { message: error.message, isAbsence: true } }
}

/** Ids of records that were merged into this one, which also stands for them. */
function mergedInto({ properties }: HubSpotRecord): bigint[] {
  return (properties[mergedIds] ?? '').split(';').flatMap((id) => toId(id) ?? [])
}
