import { type ExecutionArgs, type ExecutionResult, getOperationAST, Kind, print, visit } from 'graphql'
import type { LiveSource } from '../followers/live-source.ts'
import { type Follower, SharedFeed } from '../followers/shared-feed.ts'
import type { GraphQLContext } from '../schema/context.ts'
import type { Outlet, ResultFrame } from './outlet.ts'

interface Options {
  /** Executes the selection for an event and serialises the result as clients may see it. */
  present(args: ExecutionArgs, event: unknown, signal: AbortSignal): Promise<ResultFrame>
  readonly closing: AbortSignal
}

type Feed = SharedFeed<unknown, unknown, ResultFrame>

/** Lets identical subscriptions share one feed, and one execution and one serialisation of each event. */
export class SharedSubscriptions {
  readonly #feeds = new Map<string, Feed>()
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  /**
   * Follows the source and sends its events to the outlet. The iterator yields nothing: it ends when the source ends and
   * fails when the source fails.
   */
  follow(
    source: LiveSource<unknown, unknown>,
    args: ExecutionArgs,
    outlet: Outlet,
  ): AsyncIterableIterator<ExecutionResult> {
    const key = identityOf(args, source)
    let feed: Feed | null = null
    let follower: Follower<ResultFrame> | null = null
    let ended: Promise<void> | null = null
    let end = () => {}
    const join = () => {
      ended = new Promise((resolve, reject) => {
        end = resolve
        follower = {
          hear: (frame) => outlet.send(frame),
          caughtUp: () => outlet.drained(),
          end: resolve,
          fail: reject,
        }
      })
      feed = this.#feeds.get(key) ?? this.#open(key, source, args)
      feed.join(follower as unknown as Follower<ResultFrame>, source.from)
      return ended
    }
    return {
      [Symbol.asyncIterator]() {
        return this
      },
      async next() {
        await (ended ?? join())
        return { done: true, value: undefined }
      },
      async return() {
        if (follower !== null) feed?.leave(follower)
        ended ??= Promise.resolve()
        end()
        return { done: true, value: undefined }
      },
    }
  }

  #open(key: string, source: LiveSource<unknown, unknown>, args: ExecutionArgs): Feed {
    // Keeps nothing of the request that started the feed, since the feed may outlive it by days.
    const { schema, document, operationName, variableValues } = args
    const { database, sync, connection, reads, pickers, exports, closing, viewer, answer } =
      args.contextValue as GraphQLContext
    const operation = { schema, document, operationName, variableValues }
    const { present } = this.#options
    const feed: Feed = new SharedFeed({
      open: source.open,
      // Each event gets a context of its own, since reads are cached per context.
      present: (event, signal) => {
        const contextValue: GraphQLContext = {
          database,
          sync,
          connection,
          reads,
          pickers,
          exports,
          closing,
          viewer,
          answer,
        }
        return present({ ...operation, contextValue }, event, signal)
      },
      sizeOf: ({ json }) => 2 * json.length,
      onEnd: () => void (this.#feeds.get(key) === feed && this.#feeds.delete(key)),
      closing: this.#options.closing,
    })
    this.#feeds.set(key, feed)
    return feed
  }
}

/**
 * Identifies subscriptions that receive the same results: same document, operation, variables, source, and viewer. The
 * viewer matters because the visible contacts depend on the person. The starting place is not part of the identity.
 */
export function identityOf(args: ExecutionArgs, source: Pick<LiveSource<unknown, unknown>, 'key' | 'startArguments'>) {
  const { document, operationName, variableValues, contextValue } = args
  const { userId, organizationId, workspaceId, plan, role, scopes } = (contextValue as GraphQLContext).viewer
  const left = startVariables(args, source.startArguments)
  const variables = Object.entries(variableValues ?? {}).filter(([name]) => !left.includes(name))
  return JSON.stringify([
    document.loc?.source.body ?? print(document),
    operationName ?? null,
    sorted(Object.fromEntries(variables)),
    source.key,
    [userId, organizationId, workspaceId, plan, role, scopes ?? null],
  ])
}

/** Variables that are used only as a starting argument of the root field. */
function startVariables({ document, operationName }: ExecutionArgs, startArguments: readonly string[]): string[] {
  const [root] = getOperationAST(document, operationName)?.selectionSet.selections ?? []
  if (root?.kind !== Kind.FIELD) return []
  const names = (root.arguments ?? []).flatMap(({ name, value }) =>
    startArguments.includes(name.value) && value.kind === Kind.VARIABLE ? [value.name.value] : [],
  )
  if (names.length === 0) return []
  const counts = new Map<string, number>()
  visit(document, {
    Variable: ({ name }) => void counts.set(name.value, (counts.get(name.value) ?? 0) + 1),
  })
  // A variable occurs once where it is declared and once where it is used.
  return names.filter((name) => counts.get(name) === 2)
}

/** Sorts the keys of objects, so that equal values are equal as text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]))
}
