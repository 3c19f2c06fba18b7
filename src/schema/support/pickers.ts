import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { findConnection } from '../../connection/find-connection.ts'
import type { HubSpotList, HubSpotPortal, HubSpotProperty, ObjectType } from '../../hubspot/portal.ts'
import { askPortal } from '../../sync/settings/ask-portal.ts'
import type { SyncContext } from '../../sync/sync-context.ts'

/**
 * What an admin can choose from in HubSpot. An answer may be some seconds old, and concurrent callers with equal arguments
 * share one read. It always comes from the currently connected portal. Throws the errors of `askPortal`.
 */
export interface Pickers {
  lists(workspaceId: string, search: ListSearch): Promise<ListPage>
  /** Null if the list is unknown, deleted, or not a list of contacts. */
  list(workspaceId: string, listId: string): Promise<HubSpotList | null>
  /** Properties that are not archived. */
  properties(workspaceId: string, objectType: ObjectType): Promise<readonly HubSpotProperty[]>
}

type ListSearch = Parameters<HubSpotPortal['searchLists']>[0]
type ListPage = Awaited<ReturnType<HubSpotPortal['searchLists']>>

export interface PickerOptions {
  readonly ttlMs?: number
  /** Maximum number of cached answers. */
  readonly answers?: number
  /** Maximum number of cached lists, properties, and options. Each takes a few hundred bytes. */
  readonly items?: number
}

export function openPickers(
  context: Pick<SyncContext, 'database' | 'openPortal'>,
  { ttlMs = 10_000, answers = 1_000, items = 100_000 }: PickerOptions = {},
): Pickers {
  const cache = new LRUCache<string, Answer, Question>({
    ttl: ttlMs,
    max: answers,
    maxSize: items,
    sizeCalculation: itemsIn,
    fetchMethod: async (_key, _stale, { context: { workspaceId, ask } }) => ({
      value: await askPortal(context, workspaceId, ask),
    }),
    // Callers that wait for an answer get it even if there is no room to cache it.
    ignoreFetchAbort: true,
  })

  const find = async <T>(workspaceId: string, args: readonly unknown[], ask: (portal: HubSpotPortal) => Promise<T>) => {
    // Each log-in starts with an empty cache. Without a log-in, nothing is cached.
    const { status, portalId, connectedAt } = (await findConnection(context, workspaceId)) ?? {}
    const identity = JSON.stringify([workspaceId, status, String(portalId), connectedAt, ...args])
    // Hashed, since a search text may be as long as a request.
    const key = createHash('sha256').update(identity).digest('base64')
    const answer = await cache.forceFetch(key, { context: { workspaceId, ask } })
    return answer.value as T
  }

  return {
    lists: (workspaceId, search) => {
      const { query, offset, count } = search
      return find(workspaceId, ['lists', query, offset, count], (portal) => portal.searchLists(search))
    },
    list: (workspaceId, listId) => find(workspaceId, ['list', listId], (portal) => portal.getList(listId)),
    properties: (workspaceId, objectType) =>
      find(workspaceId, ['properties', objectType], async (portal) =>
        (await portal.listProperties(objectType)).filter(({ archived }) => !archived),
      ),
  }
}

interface Question {
  readonly workspaceId: string
  ask(portal: HubSpotPortal): Promise<unknown>
}

interface Answer {
  readonly value: unknown
}

/** Counts an object and the objects within it. */
function itemsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce<number>((sum, inner) => sum + itemsIn(inner), 1)
}
