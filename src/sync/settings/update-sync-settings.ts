import { requireSyncAdmin } from '../../auth/permissions.ts'
import type { Viewer } from '../../auth/viewer.ts'
import type { Prisma, SyncSettings } from '../../generated/prisma/client.ts'
import { InvalidInputError } from '../../user-errors.ts'
import type { SyncContext } from '../sync-context.ts'
import { askPortal } from './ask-portal.ts'
import { editSettings } from './edit-settings.ts'
import { changedValues, type SettingsInput, settingsProblems } from './settings-rules.ts'

/**
 * Saves toggles and contact source (B23–B25). A run in progress keeps the settings that it started with (B37, B39).
 * Throws ForbiddenError, PlanRequiredError, NotConnectedError (B15), InvalidInputError, and HubSpotUnavailableError.
 */
export async function updateSyncSettings(
  context: Pick<SyncContext, 'database' | 'openPortal'>,
  viewer: Viewer,
  input: SettingsInput,
): Promise<SyncSettings> {
  requireSyncAdmin(viewer)
  await requireUsableList(context, viewer, input.listId ?? null)
  return editSettings(context.database, viewer, async (current, prisma) => {
    const problems = settingsProblems(current, input)
    if (problems.length > 0) throw new InvalidInputError(problems)
    const values = changedValues(current, input)
    if (values.accountsEnabled && !current.accountsEnabled) await mapDefaultFields(prisma, viewer.workspaceId)
    if (values.liveUpdates === 'OFF') {
      // The next run picks these changes up. Erasures must still be done.
      await prisma.hubSpotChange.deleteMany({ where: { workspaceId: viewer.workspaceId, kind: 'CHANGED' } })
    }
    return values
  })
}

const defaultAccountMappings = [
  { hubspotProperty: 'name', target: 'NAME' },
  { hubspotProperty: 'description', target: 'DESCRIPTION' },
  { hubspotProperty: 'domain', target: 'DOMAIN' },
] as const

/** Accounts have default fields (B65), which are mapped if an admin has mapped none. */
async function mapDefaultFields(prisma: Prisma.TransactionClient, workspaceId: string): Promise<void> {
  const of = { workspaceId, objectType: 'ACCOUNT' } as const
  if ((await prisma.fieldMapping.count({ where: of })) > 0) return
  await prisma.fieldMapping.createMany({
    data: defaultAccountMappings.map((mapping, position) => ({ ...of, ...mapping, position })),
  })
}

/**
 * HubSpot must be connected (B15) and must know the given list (B27). Checked before the lock is taken, because it
 * takes long.
 */
async function requireUsableList(
  context: Pick<SyncContext, 'openPortal'>,
  { workspaceId }: Viewer,
  listId: string | null,
): Promise<void> {
  const isUsable = await askPortal(
    context,
    workspaceId,
    async (portal) => listId === null || (await portal.getList(listId)) !== null,
  )
  if (isUsable) return
  const message = `HubSpot has no contact list ${listId}. Choose one from hubspotLists.`
  throw new InvalidInputError([{ path: ['listId'], message }])
}
