import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { findConnection } from '../../connection/find-connection.ts'
import type { HubSpotList, HubSpotPortal, HubSpotProperty, ObjectType } from '../../hubspot/portal.ts'
import { askPortal } from '../../sync/settings/ask-portal.ts'
import type { SyncContext } from '../../sync/sync-context.ts'

/**
 * What an admin chooses from in HubSpot. An answer may be some seconds old, and concurrent callers with equal arguments
 * share one read; it is always of the portal that the workspace is connected to now. Throws what `askPortal` does.
 */
export interface Pickers {
  lists(workspaceId: string, search: ListSearch): Promise<ListPage>
  /** Null for a list that is unknown, deleted, or not one of contacts. */
  list(workspaceId: string, listId: string): Promise<HubSpotList | null>
  /** Those that are not archived. */
  properties(workspaceId: string, objectType: ObjectType): Promise<readonly HubSpotProperty[]>
}

type ListSearch = Parameters<HubSpotPortal['searchLists']>[0]
type ListPage = Awaited<ReturnType<HubSpotPortal['searchLists']>>

export interface PickerOptions {
  readonly ttlMs?: number
  /** Answers kept at most. */
  readonly answers?: number
  /** Lists, properties and options kept at most; one takes some hundred bytes. */
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
    // Whoever waits for an answer gets it, even if there is no room to keep it.
    ignoreFetchAbort: true,
  })

  const find = async <T>(workspaceId: string, args: readonly unknown[], ask: (portal: HubSpotPortal) => Promise<T>) => {
    // Each log-in begins with an empty cache, and without one nothing is found in it.
    const { status, portalId, connectedAt } = (await findConnection(context, workspaceId)) ?? {}
    const identity = JSON.stringify([workspaceId, status, String(portalId), connectedAt, ...args])
    // What an admin searches for may be as long as a request.
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

/** Counts an object and those within it. */
function itemsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce<number>((sum, inner) => sum + itemsIn(inner), 1)
}
