import type { HubSpotPortal } from '../../hubspot/portal.ts'
import { announceRun } from '../announce-run.ts'
import type { SyncContext } from '../sync-context.ts'
import { applyPage, type PageRules } from './apply-page.ts'
import { type PageEntry, preparePage } from './prepare-page.ts'
import { type MemberPage, readContacts, readListPages } from './read-list-pages.ts'
import type { RunState } from './run-state.ts'
import type { Assignment } from './start-work.ts'

interface PreparedPage {
  readonly members: MemberPage
  readonly entries: readonly PageEntry[]
}

/** Works the list through from the run's checkpoint on. Returns false if `isTimeUp` ended it before the list's end. */
export async function syncList(
  context: SyncContext,
  portal: HubSpotPortal,
  run: RunState,
  assignment: Assignment,
  rules: PageRules,
  isTimeUp: () => boolean,
  stop: AbortSignal,
): Promise<boolean> {
  const { listId, plan } = assignment
  const prepare = async (members: MemberPage, signal: AbortSignal): Promise<PreparedPage> => {
    const records = await readContacts(portal, members.memberIds, plan.properties, context.tuning, signal)
    return { members, entries: await preparePage(context.database.pool, run.workspaceId, records, plan) }
  }
  const list = { listId, after: run.checkpoint.after }
  for await (const { members, entries } of readListPages(portal, list, context.tuning, prepare, stop)) {
    await applyPage(context, run, withoutDone(entries, run), rules, (lastId, result, isWhole) => ({
      ...run.checkpoint,
      // Half a page leaves the cursor where it is, and the id says how far the page is done.
      after: isWhole ? (members.next ?? members.after) : members.after,
      lastId: lastId === null ? run.checkpoint.lastId : String(lastId),
      leftOut: run.checkpoint.leftOut + (result?.outcomes['left-out'] ?? 0),
    }))
    await announceRun(context, run.workspaceId, run.id)
    if (members.next === null) return true
    if (isTimeUp()) return false
  }
  return true
}

function withoutDone(entries: readonly PageEntry[], run: RunState): readonly PageEntry[] {
  const { lastId } = run.checkpoint
  if (lastId === null) return entries
  const done = BigInt(lastId)
  return entries.filter((entry) => entry.hubspotId > done)
}
