import type { Source, SourcePage } from './sources.ts'

/**
 * Walks a scope from `after` on and yields what `read` makes of each stretch, in order. The cursor is sequential by
 * nature, so the walk goes on by itself while stretches before it are still being read: `pagesAhead` of them at once,
 * and the ids of as many more.
 * Once `isClosing` it asks for no more and yields what it has asked for already, so that no call is in vain.
 */
export async function* readAhead<Page>(
  source: Source,
  after: string | null,
  pagesAhead: number,
  read: (page: SourcePage, signal: AbortSignal) => Promise<Page>,
  isClosing: () => boolean,
  stop: AbortSignal,
): AsyncGenerator<Page> {
  const leaving = new AbortController()
  const signal = AbortSignal.any([stop, leaving.signal])
  const stretches: Promise<SourcePage | null>[] = [source.page(after, signal)]
  let last = stretches[0] as Promise<SourcePage | null>
  const walkOn = () => {
    while (stretches.length < pagesAhead && !isClosing()) {
      last = last.then((page) => (page === null || page.next === null ? null : source.page(page.next, signal)))
      stretches.push(last)
    }
  }
  const begin = (): Promise<Page | null> | undefined => {
    const stretch = stretches.shift()
    walkOn()
    const page = stretch?.then((found) => found && read(found, signal))
    // Their failure is met when their turn comes, or never, if an earlier one ends the walk.
    for (const promise of [page, ...stretches]) promise?.catch(() => {})
    return page
  }
  try {
    const ahead: Promise<Page | null>[] = []
    const fill = () => {
      while (ahead.length < pagesAhead) {
        const page = begin()
        if (page === undefined) return
        ahead.push(page)
      }
    }
    fill()
    for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
      const page = await next
      if (page === null) return
      fill()
      yield page
    }
  } finally {
    leaving.abort()
  }
}
