import { z } from 'zod'
import type { Prisma } from '../../generated/prisma/client.ts'
import { CustomFieldType, MappingTarget } from '../../generated/prisma/enums.ts'
import { SyncStateError } from '../../user-errors.ts'

const mappingSnapshotSchema = z.object({
  property: z.string(),
  target: z.enum(MappingTarget),
  /** Set for the target CUSTOM_FIELD alone. */
  customField: z.object({ key: z.string(), type: z.enum(CustomFieldType), options: z.array(z.string()) }).nullable(),
})

/** The settings as a run uses them, whatever is edited meanwhile (B39). Stored as JSON in `sync_run.settings`. */
export const settingsSnapshotSchema = z.object({
  version: z.number().int(),
  contactSource: z.enum(['FROM_LIST', 'FROM_SYNCED_ACCOUNTS']),
  /** HubSpot's list id, set for FROM_LIST. */
  listId: z.string().nullable(),
  defaultPhoneRegion: z.string(),
  /** In the admin's order, which decides among several sources of handles (B50). */
  contactMappings: z.array(mappingSnapshotSchema),
})

export type SettingsSnapshot = z.infer<typeof settingsSnapshotSchema>
export type MappingSnapshot = z.infer<typeof mappingSnapshotSchema>

/** The workspace's settings as of now. Throws SyncStateError while no contact source was chosen (B24). */
export async function takeSnapshot(prisma: Prisma.TransactionClient, workspaceId: string): Promise<SettingsSnapshot> {
  const settings = await prisma.syncSettings.findUnique({
    where: { workspaceId },
    include: {
      mappings: { where: { objectType: 'CONTACT' }, include: { customField: true }, orderBy: { position: 'asc' } },
    },
  })
  if (settings?.contactSource == null) {
    throw new SyncStateError('No contact source is chosen yet. Choose one in the sync settings, then start the sync.')
  }
  return {
    version: settings.version,
    contactSource: settings.contactSource,
    listId: settings.listId,
    defaultPhoneRegion: settings.defaultPhoneRegion,
    contactMappings: settings.mappings.map(({ hubspotProperty, target, customField }) => ({
      property: hubspotProperty,
      target,
      customField: customField && { key: customField.key, type: customField.type, options: customField.options },
    })),
  }
}
