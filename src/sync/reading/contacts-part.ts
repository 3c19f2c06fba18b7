import { contactStore } from '../../contacts/contact-store.ts'
import type { HubSpotList, HubSpotPortal } from '../../hubspot/portal.ts'
import type { Run } from '../runs/run.ts'
import type { SyncContext } from '../sync-context.ts'
import { findAccountsOfContacts } from './accounts-of-contacts.ts'
import { findMembers } from './members.ts'
import { planPart } from './plan-part.ts'
import { readInBatches } from './read-in-batches.ts'
import type { RunPart } from './run-part.ts'
import { listSource, memberSource, type Source } from './sources.ts'

/** The list in the run's settings no longer exists in HubSpot (§10 HUBSPOT_LIST_NOT_FOUND). */
export class ListNotFoundError extends Error {
  override name = 'ListNotFoundError'
}

/** The contacts of a run (B24–B29), compared with HubSpot's current state. Throws {@link ListNotFoundError}. */
export async function openContactsPart(context: SyncContext, portal: HubSpotPortal, run: Run): Promise<RunPart> {
  const { workspaceId, settings } = run
  const [source, planned, workspace] = await Promise.all([
    openSource(context, portal, run),
    planPart(context, portal, run, 'CONTACT'),
    context.database.prisma.workspace.findUniqueOrThrow({ where: { id: workspaceId } }),
  ])
  return {
    ...planned,
    objectType: 'CONTACT',
    store: contactStore,
    source,
    needsHandle: settings.contactMappings.some(({ target }) => target === 'EMAIL' || target === 'PHONE'),
    linkLimit: workspace.contactLimit,
    ...readInBatches(context.tuning.readLimit, portal.readContacts),
    findAccounts: async (ids, signal) => {
      const members = await findInScope(portal, run, ids, signal)
      return findAccountsOfContacts(context.database.pool, portal, run, members, signal)
    },
  }
}

/** For single records, each is checked; the members of a list are in scope. */
async function findInScope(portal: HubSpotPortal, run: Run, ids: readonly bigint[], signal: AbortSignal) {
  const { listId, contactSource } = run.settings
  if (run.kind !== 'RECORDS' || contactSource !== 'FROM_LIST' || listId === null) return ids
  const members = await findMembers(portal, listId, ids, signal)
  return ids.filter((id) => members.has(id))
}

async function openSource(context: SyncContext, portal: HubSpotPortal, run: Run): Promise<Source> {
  const { database, tuning } = context
  const isWhole = run.kind !== 'RECORDS'
  if (run.settings.contactSource === 'FROM_SYNCED_ACCOUNTS') return memberSource(database.pool, run, isWhole, tuning)
  const { listId } = run.settings
  if (listId === null) throw new ListNotFoundError('No HubSpot list is selected in the sync settings.')
  const { isBuilding } = await requireList(portal, listId)
  const source = isWhole ? listSource(portal, listId, tuning) : memberSource(database.pool, run, isWhole, tuning)
  return {
    ...source,
    isIncomplete: isBuilding,
    // HubSpot may have started to rebuild it in the meantime.
    isComplete: async (signal) => !(await requireList(portal, listId, signal)).isBuilding,
  }
}

async function requireList(portal: HubSpotPortal, listId: string, signal?: AbortSignal): Promise<HubSpotList> {
  const list = await portal.getList(listId, signal)
  if (list !== null) return list
  throw new ListNotFoundError(`HubSpot list ${listId} no longer exists. Choose another list in the sync settings.`)
}
