import type { CursorShape, PortalSettings } from '../portal/portal-settings.ts'
import { type Answer, json } from './answer.ts'
import { idOfCursor } from './call-input.ts'
import { notFound } from './hubspot-problem.ts'
import { withParameter } from './with-parameter.ts'

// Shapes that HubSpot's documentation does not describe but that users of its API have seen.

/** Throws the answer that the portal is configured to send instead of the real one. */
export const requirePath = ({ missingPaths }: PortalSettings, url: string): void => {
  if (missingPaths.some((part) => url.includes(part))) throw notFound()
}

interface Next {
  after?: string | number
  link?: string
}

const reshapeNext = (next: Next, shape: CursorShape): void => {
  if (shape === 'unreadable') for (const name of Object.keys(next)) delete next[name as keyof Next]
  if (shape === 'link-only') delete next.after
  if (shape === 'number') {
    next.after = idOfCursor(decodeURIComponent(String(next.after)))
    if (next.link !== undefined) next.link = withParameter(next.link, 'after', String(next.after))
  }
}

interface Page {
  paging?: { next?: Next }
  results?: Page[]
}

/** The answer with its cursors in the shape that is configured for the portal. */
export const withOddCursors = ({ cursors }: PortalSettings, answer: Answer): Answer => {
  if (cursors === 'documented' || answer.status > 299) return answer
  const body = JSON.parse(answer.body.toString()) as Page
  for (const { paging } of [body, ...(body.results ?? [])]) if (paging?.next) reshapeNext(paging.next, cursors)
  return { ...json(body, answer.status), headers: answer.headers }
}

/** A failure of a batch/read that does not say which record it is about. */
export const unnamedFailure = { status: 'error', category: 'INTERNAL_ERROR', message: 'internal error' }

/** Whether the portal is configured to omit this record: silently, or with a failure that does not name it. */
export const isWithheld = ({ omittedIds, failingIds }: PortalSettings, id: string): 'silently' | 'failing' | null => {
  if (failingIds.includes(id)) return 'failing'
  return omittedIds.includes(id) ? 'silently' : null
}

/** Where a page begins: at the cursor, or with the last record of the previous page. */
export const borderOf = ({ repeatsAtBorders }: PortalSettings, cursor: number): number =>
  repeatsAtBorders ? Math.max(0, cursor - 1) : cursor
