import type { HubSpotList as List } from '../hubspot/portal.ts'
import { InvalidInputError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { callCost } from './support/call-cost.ts'
import { defaultPageSize, requirePage } from './support/keyset-connection.ts'

export const HubSpotList = builder.objectRef<List>('HubSpotList').implement({
  description: 'A contact list in HubSpot.',
  fields: (t) => ({
    listId: t.exposeString('id', { description: "HubSpot's id of the list, for `updateSyncSettings`." }),
    name: t.exposeString('name', { description: 'Name of the list.' }),
    size: t.exposeInt('size', {
      nullable: true,
      description: 'Number of contacts. Null if HubSpot does not report it.',
    }),
    isDynamic: t.exposeBoolean('isDynamic', {
      description: 'True if HubSpot maintains the members by a filter (an active list).',
    }),
  }),
})

const HubSpotListConnection = builder.connectionObject(
  { type: HubSpotList, name: 'HubSpotListConnection' },
  { name: 'HubSpotListEdge' },
)

builder.queryField('hubspotLists', (t) =>
  t.field({
    type: HubSpotListConnection,
    nullable: true,
    description: "Contact lists in HubSpot, in HubSpot's order. They can be 10 seconds old. For admins.",
    args: {
      query: t.arg.string({ description: 'Returns only lists whose name contains this text.' }),
      first: t.arg.int({ description: 'Number of lists from the start. Default 20, maximum 100.' }),
      after: t.arg.string({ description: 'Cursor. Returns only items after it.' }),
    },
    extensions: { cost: callCost(1) },
    resolve: async (_root, { query, first, after }, { pickers, viewer }) => {
      requirePage({ first })
      const count = first ?? defaultPageSize
      const offset = after == null ? 0 : decodeOffset(after)
      const search = { query: query ?? '', offset, count: Math.max(count, 1) }
      const page = await pickers.lists(viewer.workspaceId, search)
      const edges = page.lists
        .slice(0, count)
        .map((node, index) => ({ node, cursor: encodeOffset(offset + index + 1) }))
      return {
        edges,
        pageInfo: {
          startCursor: edges[0]?.cursor ?? null,
          endCursor: edges.at(-1)?.cursor ?? null,
          hasPreviousPage: offset > 0,
          hasNextPage: page.hasMore || edges.length < page.lists.length,
        },
        totalCount: async () => page.total,
      }
    },
  }),
)

// HubSpot pages lists by number, so a cursor contains the number of lists before it.
function encodeOffset(offset: number): string {
  return Buffer.from(`lists:${offset}`).toString('base64url')
}

function decodeOffset(cursor: string): number {
  const offset = /^lists:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1]
  if (offset !== undefined) return Number(offset)
  throw new InvalidInputError([{ path: ['after'], message: `"${cursor}" is not a cursor of this connection.` }])
}
