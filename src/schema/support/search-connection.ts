import { quoted } from '../../records/text-rules.ts'
import { isKeyOf, type Order, type OrderField, type PageQuery, type Place } from '../../search/find-page.ts'
import { InvalidInputError } from '../../user-errors.ts'
import { isStorable } from '../storable-text.ts'
import { isUuid } from './global-ids.ts'
import { defaultPageSize, type PageArgs, requirePage } from './keyset-connection.ts'

export interface OrderArg {
  readonly field: OrderField
  readonly direction?: 'ASC' | 'DESC' | null
}

interface SearchArgs extends PageArgs {
  readonly orderBy?: OrderArg | null
}

/** The source of a connection's records. */
export interface SearchSource<Node> {
  findPage(query: PageQuery): Promise<readonly Place[]>
  /** Called only if the client selects the count. */
  count(): Promise<number>
  /** The records of one page, in any order. */
  load(ids: string[]): Promise<readonly Node[]>
}

/**
 * Builds a connection in the requested order. A cursor is a place in that order and not a record, so pages stay stable when
 * records are added or deleted. Throws InvalidInputError.
 */
export async function searchConnection<Node extends { readonly id: string }>(
  args: SearchArgs,
  source: SearchSource<Node>,
) {
  requirePage(args)
  const order = toOrder(args.orderBy)
  const after = decodePlace(args.after, 'after', order)
  const before = decodePlace(args.before, 'before', order)
  const fromEnd = args.last != null || (args.first == null && before !== undefined && after === undefined)
  const size = args.first ?? args.last ?? defaultPageSize
  // One more record shows whether there is another page.
  const found = await source.findPage({ order, after, before, size: size + 1, fromEnd })
  const places = found.slice(0, size)
  if (fromEnd) places.reverse()
  const nodes = new Map(
    places.length === 0 ? [] : (await source.load(places.map(({ id }) => id))).map((node) => [node.id, node]),
  )
  // Skips records that were deleted after they were found.
  const edges = places.flatMap((place) => {
    const node = nodes.get(place.id)
    return node === undefined ? [] : { node, cursor: encodePlace(place, order) }
  })
  const hasMore = found.length > size
  const cursorOf = (place: Place | undefined) => (place === undefined ? null : encodePlace(place, order))
  return {
    edges,
    pageInfo: {
      startCursor: cursorOf(places[0]),
      endCursor: cursorOf(places.at(-1)),
      hasPreviousPage: fromEnd ? hasMore : after !== undefined,
      hasNextPage: fromEnd ? before !== undefined : hasMore,
    },
    totalCount: () => source.count(),
  }
}

function toOrder(orderBy: OrderArg | null | undefined): Order {
  return { field: orderBy?.field ?? 'ID', isDescending: orderBy?.direction === 'DESC' }
}

function encodePlace({ key, id }: Place, { field }: Order): string {
  return Buffer.from(JSON.stringify([field, key, id])).toString('base64url')
}

function decodePlace(cursor: string | null | undefined, argument: string, { field }: Order): Place | undefined {
  if (cursor == null) return undefined
  const [of, key, id] = parse(cursor)
  if (
    of === field &&
    typeof key === 'string' &&
    isStorable(key) &&
    isKeyOf(field, key) &&
    typeof id === 'string' &&
    isUuid(id)
  ) {
    return { key, id }
  }
  const message = `${quoted(cursor)} is not a cursor of this connection in this sort order.`
  throw new InvalidInputError([{ path: [argument], message }])
}

function parse(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}
