import type { Scope, ScopePage } from './scopes.ts'

/**
 * Walks a scope from `after` on and yields what `read` makes of each stretch, in order. The cursor is sequential by
 * nature, so the walk goes on by itself while stretches before it are still being read: `pagesAhead` of them at once.
 */
export async function* walkScope<Page>(
  scope: Scope,
  after: string | null,
  pagesAhead: number,
  read: (page: ScopePage, signal: AbortSignal) => Promise<Page>,
  stop: AbortSignal,
): AsyncGenerator<Page> {
  const leaving = new AbortController()
  const signal = AbortSignal.any([stop, leaving.signal])
  let following: Promise<ScopePage | null> = scope.page(after, signal)
  const begin = (): Promise<Page | null> => {
    const current = following
    following = current.then((page) => (page === null || page.next === null ? null : scope.page(page.next, signal)))
    const page = current.then((stretch) => stretch && read(stretch, signal))
    // Its failure is met when its turn comes, or never, if an earlier one ends the walk.
    following.catch(() => {})
    page.catch(() => {})
    return page
  }
  try {
    const ahead = Array.from({ length: pagesAhead }, begin)
    for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
      const page = await next
      if (page === null) return
      ahead.push(begin())
      yield page
    }
  } finally {
    leaving.abort()
  }
}
