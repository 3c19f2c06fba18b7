/** The cursor of the next page, or what is unexpected about `paging`. */
export type Cursor = { readonly next: string | null } | { readonly odd: string }

const end: Cursor = { next: null }

/**
 * Reads the `paging` of a page. A list ends only if HubSpot says so in its own way: `paging`, or `next` in it, is
 * missing or null. Anything else that cannot be understood is reported as odd, since taking it for the end would lose
 * all following records.
 *
 * HubSpot documents cursors as text and has been seen to send numbers. If `after` is missing, it is in the link.
 */
export function readCursor(paging: unknown): Cursor {
  if (paging === undefined || paging === null) return end
  if (!isObject(paging)) return { odd: `paging is ${describe(paging)}` }
  const { next } = paging
  if (next === undefined || next === null) return end
  if (!isObject(next)) return { odd: `paging.next is ${describe(next)}` }
  const { after, link } = next
  const linked = cursorsIn(link)
  if (after === undefined || after === null || after === '') {
    const [cursor] = linked
    return cursor === undefined
      ? { odd: 'paging.next has no cursor: neither after nor a link with one' }
      : { next: cursor }
  }
  if (typeof after !== 'string' && !(typeof after === 'number' && Number.isSafeInteger(after))) {
    return { odd: `paging.next.after is ${describe(after)}` }
  }
  const cursor = String(after)
  // One of the two is damaged, and following the wrong one would skip records.
  if (linked.length > 0 && !linked.some((other) => isSame(other, cursor))) {
    return { odd: 'paging.next.after is not the cursor of its link' }
  }
  return { next: cursor }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The link may be relative, as in HubSpot's documentation: "?after=NTI1Cg%3D%3D". */
function cursorsIn(link: unknown): string[] {
  if (typeof link !== 'string' || !URL.canParse(link, 'https://api.hubapi.com')) return []
  const { searchParams } = new URL(link, 'https://api.hubapi.com')
  return searchParams.getAll('after').filter((cursor) => cursor !== '')
}

/** HubSpot sends some cursors already URL-encoded. */
function isSame(a: string, b: string): boolean {
  return a === b || decoded(a) === decoded(b)
}

function decoded(cursor: string): string {
  try {
    return decodeURIComponent(cursor)
  } catch {
    return cursor
  }
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : typeof value === 'string' ? 'a text' : `the ${typeof value} ${value}`
}
