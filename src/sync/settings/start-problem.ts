import type { FieldMapping, SyncSettings } from '../../generated/prisma/client.ts'
import { wordsFor } from '../../records/record-words.ts'

type Settings = SyncSettings & { readonly mappings: readonly Pick<FieldMapping, 'objectType'>[] }

/** Why a run cannot be started with these settings, and what to do about it; null if it can. */
export function startProblem(settings: Settings | null): string | null {
  if (settings === null || !(settings.contactsEnabled || settings.accountsEnabled)) {
    return 'The sync of contacts and the sync of accounts are both turned off. Turn one on with updateSyncSettings.'
  }
  if (settings.isPaused) return 'The sync is paused. Resume it with resumeSync.'
  if (settings.contactsEnabled && settings.contactSource === null) {
    return 'No contact source is chosen. Choose one with updateSyncSettings.'
  }
  const unmapped = (['CONTACT', 'ACCOUNT'] as const).find(
    (objectType) =>
      (objectType === 'CONTACT' ? settings.contactsEnabled : settings.accountsEnabled) &&
      !settings.mappings.some((mapping) => mapping.objectType === objectType),
  )
  if (unmapped === undefined) return null
  return `No HubSpot property is mapped to a field of ${wordsFor[unmapped].many}. Map at least one with setFieldMappings.`
}
