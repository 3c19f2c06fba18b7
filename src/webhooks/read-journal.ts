import { z } from 'zod'
import { hubspotTypeIds } from '../hubspot/object-types.ts'
import { type Changes, hubspotIdOf, idsOf, type MergeChange, objectTypesById, type RecordChange } from './change.ts'

const id = z.union([z.number(), z.string()]).optional()

const eventSchema = z.object({
  portalId: z.union([z.number(), z.string()]),
  /** ISO 8601, or epoch milliseconds. */
  occurredAt: z.union([z.string(), z.number()]).transform((value) => new Date(value)),
  action: z.string(),
  objectTypeId: z.string().optional(),
  objectId: id,
  associatedObjectTypeId: z.string().optional(),
  associatedObjectId: id,
  primaryObjectId: id,
  mergedObjectIds: z.array(z.union([z.number(), z.string()])).optional(),
  newObjectId: id,
})
type JournalEvent = z.infer<typeof eventSchema>

const fileSchema = z.object({ journalEvents: z.array(z.unknown()) })

/**
 * Reads a file of the webhooks journal. Null if it is not one. Events of other kinds, and events in an unknown shape,
 * are ignored.
 */
export function readJournal(file: unknown): Changes | null {
  const parsed = fileSchema.safeParse(file)
  if (!parsed.success) return null
  const records: RecordChange[] = []
  const merges: MergeChange[] = []
  for (const given of parsed.data.journalEvents) {
    const event = eventSchema.safeParse(given)
    if (!event.success || Number.isNaN(event.data.occurredAt.getTime())) continue
    records.push(...recordsOf(event.data))
    merges.push(...mergesOf(event.data))
  }
  return { records, merges }
}

function recordsOf(event: JournalEvent): RecordChange[] {
  const portalId = hubspotIdOf(event.portalId)
  if (portalId === null) return []
  const { occurredAt, action } = event
  // Lists contain only contacts: other lists are not subscribed to.
  const objectType = objectTypesById.get(event.objectTypeId ?? hubspotTypeIds.CONTACT)
  const changes = (
    ids: readonly bigint[],
    kind: RecordChange['kind'] = 'CHANGED',
    type = objectType,
  ): RecordChange[] =>
    type === undefined ? [] : ids.map((hubspotId) => ({ kind, portalId, objectType: type, hubspotId, occurredAt }))
  switch (action) {
    case 'CREATE':
    case 'UPDATE':
    case 'DELETE':
    case 'RESTORE':
    case 'ADDED_TO_LIST':
    case 'REMOVED_FROM_LIST':
      return changes(idsOf(event.objectId))
    case 'MERGE': {
      const all = idsOf(event.objectId, event.primaryObjectId, event.mergedObjectIds ?? [], event.newObjectId)
      return changes([...new Set(all)])
    }
    case 'ASSOCIATION_ADDED':
    case 'ASSOCIATION_REMOVED':
      // An association belongs to the contact, whichever side reports it (B67).
      if (objectType === 'CONTACT') return changes(idsOf(event.objectId))
      return changes(
        event.associatedObjectTypeId === hubspotTypeIds.CONTACT ? idsOf(event.associatedObjectId) : [],
        'CHANGED',
        'CONTACT',
      )
    case 'GDPR_DELETE':
      return changes(idsOf(event.objectId), objectType === 'CONTACT' ? 'PRIVACY_DELETED' : 'CHANGED')
    default:
      return []
  }
}

function mergesOf(event: JournalEvent): MergeChange[] {
  if (event.action !== 'MERGE') return []
  const objectType = objectTypesById.get(event.objectTypeId ?? '')
  const portalId = hubspotIdOf(event.portalId)
  const primaryId = hubspotIdOf(event.primaryObjectId)
  const mergedIntoId = hubspotIdOf(event.newObjectId) ?? hubspotIdOf(event.objectId)
  if (objectType === undefined || portalId === null || primaryId === null || mergedIntoId === null) return []
  return primaryId === mergedIntoId ? [] : [{ portalId, objectType, primaryId, mergedIntoId }]
}
