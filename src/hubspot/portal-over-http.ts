import { callHubSpot, type PortalAccess } from './call-hubspot.ts'
import { HubSpotNotFoundError } from './errors.ts'
import { type HttpAnswer, type HttpRequest, jsonBody, type Send } from './http.ts'
import { answerOf } from './parse-answer.ts'
import type { HubSpotPaths } from './paths.ts'
import type { Pause } from './pause.ts'
import type { HubSpotPortal } from './portal.ts'
import { readRecords } from './read-records.ts'
import * as shapes from './shapes.ts'

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
const readAccountInfo = answerOf(shapes.accountInfoSchema)

/** A portal that is asked over HTTP. */
export function portalOverHttp({ paths, access, sendBulk, sendRare, pause }: PortalLine): HubSpotPortal {
  type Read<T> = (answer: HttpAnswer) => T
  const bulk = <T>(request: HttpRequest, read: Read<T>, signal?: AbortSignal) =>
    callHubSpot({ send: sendBulk, request, read, access, pause, signal })
  const rare = <T>(request: HttpRequest, read: Read<T>, signal?: AbortSignal) =>
    callHubSpot({ send: sendRare, request, read, access, pause, signal })

  const searchLists = async (search: Record<string, unknown>, signal?: AbortSignal) => {
    const body = jsonBody({ ...search, objectTypeId: shapes.contactTypeId, additionalProperties: ['hs_list_size'] })
    const found = await rare({ method: 'POST', path: paths.searchLists, body }, readListSearch, signal)
    return { ...found, lists: found.lists.filter(shapes.isLiveContactList).map(shapes.toList) }
  }

  return {
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
      bulk({ method: 'GET', path: paths.memberships(listId, page) }, readMemberships, signal),
    readContacts: async (ids, properties, signal) => {
      if (ids.length === 0) return []
      const inputs = ids.map((id) => ({ id: String(id) }))
      const body = jsonBody({ properties, propertiesWithHistory: [], inputs })
      return bulk({ method: 'POST', path: paths.batchRead('contacts'), body }, readRecords, signal)
    },
    accountInfo: (signal) => rare({ method: 'GET', path: paths.accountInfo }, readAccountInfo, signal),
  }
}

function nullIfNotFound(error: unknown): null {
  if (error instanceof HubSpotNotFoundError) return null
  throw error
}
