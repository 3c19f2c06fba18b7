import { z } from 'zod'
import type { Prisma } from '../../generated/prisma/client.ts'
import { CustomFieldType, MappingTarget, type ObjectType } from '../../generated/prisma/enums.ts'
import { SyncStateError } from '../../user-errors.ts'

const mappingSnapshotSchema = z.object({
  property: z.string(),
  target: z.enum(MappingTarget),
  /** Set only for the target CUSTOM_FIELD. */
  customField: z.object({ key: z.string(), type: z.enum(CustomFieldType), options: z.array(z.string()) }).nullable(),
})

/** The settings that a run uses, whatever is edited in the meantime (B39). Stored as JSON in `sync_run.settings`. */
export const settingsSnapshotSchema = z.object({
  version: z.number().int(),
  accountsEnabled: z.boolean(),
  contactsEnabled: z.boolean(),
  /** Null if contacts are not synced and no source was chosen. */
  contactSource: z.enum(['FROM_LIST', 'FROM_SYNCED_ACCOUNTS']).nullable(),
  /** HubSpot's list id, set for FROM_LIST. */
  listId: z.string().nullable(),
  defaultPhoneRegion: z.string(),
  departureLimitPercent: z.number().int(),
  /** In the admin's order, which decides between several sources of handles (B50). */
  contactMappings: z.array(mappingSnapshotSchema),
  accountMappings: z.array(mappingSnapshotSchema),
})

export type SettingsSnapshot = z.infer<typeof settingsSnapshotSchema>
export type MappingSnapshot = z.infer<typeof mappingSnapshotSchema>

/** The workspace's current settings. Throws SyncStateError before the first settings are saved. */
export async function takeSnapshot(prisma: Prisma.TransactionClient, workspaceId: string): Promise<SettingsSnapshot> {
  const settings = await prisma.syncSettings.findUnique({
    where: { workspaceId },
    include: {
      mappings: { include: { customField: true }, orderBy: { position: 'asc' } },
    },
  })
  if (settings === null) throw new SyncStateError('The sync is not set up yet. Set it up with updateSyncSettings.')
  const mappingsOf = (objectType: ObjectType): MappingSnapshot[] =>
    settings.mappings
      .filter((mapping) => mapping.objectType === objectType)
      .map(({ hubspotProperty, target, customField }) => ({
        property: hubspotProperty,
        target,
        customField: customField && { key: customField.key, type: customField.type, options: customField.options },
      }))
  return {
    version: settings.version,
    accountsEnabled: settings.accountsEnabled,
    contactsEnabled: settings.contactsEnabled,
    contactSource: settings.contactSource,
    listId: settings.listId,
    defaultPhoneRegion: settings.defaultPhoneRegion,
    departureLimitPercent: settings.departureLimitPercent,
    contactMappings: mappingsOf('CONTACT'),
    accountMappings: mappingsOf('ACCOUNT'),
  }
}
