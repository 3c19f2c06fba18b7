import type { Source, SourcePage } from './sources.ts'

/**
 * Walks a source from `after` on and yields the results of `read` for its pages, in order. Cursors are sequential, so
 * the walk continues while earlier pages are still being read: `pagesAhead` pages at a time, and the ids of as many
 * more.
 *
 * Once `isClosing` returns true, it requests nothing more, and yields what it has already requested, so that no call is
 * wasted.
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
    // A failure is thrown when the turn of the page comes, or never, if an earlier page ends the walk.
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
