import { contactStore } from '../../contacts/contact-store.ts'
import type { HubSpotPortal } from '../../hubspot/portal.ts'
import type { RunState } from '../runs/run.ts'
import type { SyncContext } from '../sync-context.ts'
import { findAccountsOfContacts } from './accounts-of-contacts.ts'
import { findMembers } from './members.ts'
import { planPart } from './plan-part.ts'
import { readInBatches } from './read-in-batches.ts'
import type { RunPart } from './run-part.ts'
import { listScope, memberScope, type Scope } from './sources.ts'

/** The list that the run's settings name is gone from HubSpot (§10 HUBSPOT_LIST_NOT_FOUND). */
export class ListNotFoundError extends Error {
  override name = 'ListNotFoundError'
}

/** The contacts of a run (B24–B29), held against HubSpot as it is now. Throws {@link ListNotFoundError}. */
export async function openContactsPart(context: SyncContext, portal: HubSpotPortal, run: RunState): Promise<RunPart> {
  const { workspaceId, settings } = run
  const [scope, planned, workspace] = await Promise.all([
    openScope(context, portal, run),
    planPart(context, portal, run, 'CONTACT'),
    context.database.prisma.workspace.findUniqueOrThrow({ where: { id: workspaceId } }),
  ])
  return {
    ...planned,
    objectType: 'CONTACT',
    store: contactStore,
    scope,
    needsHandle: settings.contactMappings.some(({ target }) => target === 'EMAIL' || target === 'PHONE'),
    linkLimit: workspace.contactLimit,
    ...readInBatches(context.tuning.readLimit, portal.readContacts),
    findAccounts: async (ids, signal) => {
      const members = await findInScope(portal, run, ids, signal)
      return findAccountsOfContacts(context.database.pool, portal, run, members, signal)
    },
  }
}

/** Single records are in scope or not, each by itself; a list's members are in it. */
async function findInScope(portal: HubSpotPortal, run: RunState, ids: readonly bigint[], signal: AbortSignal) {
  const { listId, contactSource } = run.settings
  if (run.scope !== 'RECORDS' || contactSource !== 'FROM_LIST' || listId === null) return ids
  const members = await findMembers(portal, listId, ids, signal)
  return ids.filter((id) => members.has(id))
}

async function openScope(context: SyncContext, portal: HubSpotPortal, run: RunState): Promise<Scope> {
  const { database, tuning } = context
  const isWhole = run.scope !== 'RECORDS'
  if (run.settings.contactSource === 'FROM_SYNCED_ACCOUNTS') return memberScope(database.pool, run, isWhole, tuning)
  const { listId } = run.settings
  if (listId === null) throw new ListNotFoundError('The sync settings name no HubSpot list.')
  await requireList(portal, listId)
  const scope = isWhole ? listScope(portal, listId, tuning) : memberScope(database.pool, run, isWhole, tuning)
  return { ...scope, requireStillThere: (signal) => requireList(portal, listId, signal) }
}

async function requireList(portal: HubSpotPortal, listId: string, signal?: AbortSignal): Promise<void> {
  if ((await portal.getList(listId, signal)) !== null) return
  throw new ListNotFoundError(`HubSpot has no list ${listId} any more. Choose another list in the sync settings.`)
}
