import { quoted } from '../../records/text-rules.ts'
import { type InputProblem, InvalidInputError } from '../../user-errors.ts'
import { isUuid } from './global-ids.ts'

export const maxPageSize = 100
export const defaultPageSize = 20

export interface PageArgs {
  readonly first?: number | null
  readonly last?: number | null
  readonly after?: string | null
  readonly before?: string | null
}

/** The part of a Prisma query that selects one page. */
export interface Page {
  readonly where: { readonly id?: { readonly gt?: string; readonly lt?: string } }
  readonly orderBy: { readonly id: 'asc' | 'desc' }
  readonly take: number
}

export interface Keyset<Node> {
  /** True for newest first, since ids ascend in the order of creation. */
  readonly descending?: boolean
  find(page: Page): Promise<Node[]>
  /** Called only if the client selects the count. */
  count(): Promise<number>
}

/**
 * Builds a connection that is sorted by id. A cursor is a position and not a row, so pages stay stable when rows before them
 * are added or deleted. Throws InvalidInputError.
 */
export async function keysetConnection<Node extends { readonly id: string }>(args: PageArgs, keyset: Keyset<Node>) {
  requirePage(args)
  const after = decodeCursor(args.after, 'after')
  const before = decodeCursor(args.before, 'before')
  const fromEnd = args.last != null || (args.first == null && before !== undefined && after === undefined)
  const size = args.first ?? args.last ?? defaultPageSize
  const [above, below] = keyset.descending ? [before, after] : [after, before]
  const isRising = (keyset.descending ?? false) === fromEnd
  const rows = await keyset.find({
    where: above === undefined && below === undefined ? {} : { id: { gt: above, lt: below } },
    orderBy: { id: isRising ? 'asc' : 'desc' },
    // One more row shows whether there is another page.
    take: size + 1,
  })
  const page = rows.slice(0, size)
  if (fromEnd) page.reverse()
  const edges = page.map((node) => ({ node, cursor: encodeCursor(node.id) }))
  const hasMore = rows.length > size
  return {
    edges,
    pageInfo: {
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
      hasPreviousPage: fromEnd ? hasMore : after !== undefined,
      hasNextPage: fromEnd ? before !== undefined : hasMore,
    },
    totalCount: () => keyset.count(),
  }
}

/** Throws InvalidInputError unless the arguments describe a page of at most {@link maxPageSize} items. */
export function requirePage({ first, last }: PageArgs): void {
  const problems: InputProblem[] = []
  for (const [name, size] of Object.entries({ first, last })) {
    if (size == null || (size >= 0 && size <= maxPageSize)) continue
    problems.push({ path: [name], message: `"${name}" must be between 0 and ${maxPageSize}, not ${size}.` })
  }
  if (first != null && last != null) {
    problems.push({ path: ['last'], message: 'Use "first" or "last", not both.' })
  }
  if (problems.length > 0) throw new InvalidInputError(problems)
}

/** Throws InvalidInputError if the argument has more items than a page can hold. */
export function requireAtMost(size: number, argument: string, given: readonly unknown[]): void {
  if (given.length <= size) return
  throw new InvalidInputError([
    { path: [argument], message: `At most ${size} items are allowed, not ${given.length}.` },
  ])
}

function encodeCursor(id: string): string {
  return Buffer.from(id).toString('base64url')
}

function decodeCursor(cursor: string | null | undefined, argument: string): string | undefined {
  if (cursor == null) return undefined
  const id = Buffer.from(cursor, 'base64url').toString()
  if (isUuid(id)) return id
  throw new InvalidInputError([{ path: [argument], message: `${quoted(cursor)} is not a cursor of this connection.` }])
}
