import { z } from 'zod'
import type { ObjectType } from '../generated/prisma/enums.ts'
import { hubspotTypeIds } from '../hubspot/object-types.ts'
import { type Changes, hubspotIdOf, idsOf, type MergeChange, objectTypesById, type RecordChange } from './change.ts'

const id = z.union([z.number(), z.string()]).optional()

const eventSchema = z.object({
  subscriptionType: z.string(),
  portalId: z.union([z.number(), z.string()]),
  /** Epoch milliseconds. */
  occurredAt: z.number(),
  objectId: id,
  objectTypeId: z.string().optional(),
  primaryObjectId: id,
  mergedObjectIds: z.array(z.union([z.number(), z.string()])).optional(),
  newObjectId: id,
  fromObjectId: id,
  toObjectId: id,
  fromObjectTypeId: z.string().optional(),
  toObjectTypeId: z.string().optional(),
  associationType: z.string().optional(),
})
type WebhookEvent = z.infer<typeof eventSchema>

/**
 * Reads the body of a webhook: an array of events. Null if it is not one. Events of other kinds, and events in an
 * unknown shape, are ignored: HubSpot adds kinds without notice.
 */
export function readWebhook(body: string): Changes | null {
  const events = parseArray(body)
  if (events === null) return null
  const records: RecordChange[] = []
  const merges: MergeChange[] = []
  for (const given of events) {
    const event = eventSchema.safeParse(given)
    if (!event.success) continue
    records.push(...recordsOf(event.data))
    merges.push(...mergesOf(event.data))
  }
  return { records, merges }
}

function parseArray(body: string): unknown[] | null {
  try {
    const value: unknown = JSON.parse(body)
    return Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

const namedTypes: ReadonlyMap<string, ObjectType> = new Map([
  ['contact', 'CONTACT'],
  ['company', 'ACCOUNT'],
])

function objectTypeOf({ subscriptionType, objectTypeId }: WebhookEvent): ObjectType | undefined {
  const [name = ''] = subscriptionType.split('.')
  return name === 'object' ? objectTypesById.get(objectTypeId ?? '') : namedTypes.get(name)
}

function recordsOf(event: WebhookEvent): RecordChange[] {
  const portalId = hubspotIdOf(event.portalId)
  if (portalId === null) return []
  const change = (objectType: ObjectType, kind: RecordChange['kind']) => (hubspotId: bigint) => ({
    kind,
    portalId,
    objectType,
    hubspotId,
    occurredAt: new Date(event.occurredAt),
  })
  const [, kind] = event.subscriptionType.split('.')
  if (kind === 'associationChange') return contactsOf(event).map(change('CONTACT', 'CHANGED'))
  const objectType = objectTypeOf(event)
  if (objectType === undefined) return []
  const objectIds = idsOf(event.objectId)
  switch (kind) {
    case 'creation':
    case 'propertyChange':
    case 'deletion':
    case 'restore':
      return objectIds.map(change(objectType, 'CHANGED'))
    case 'merge': {
      const all = idsOf(event.objectId, event.primaryObjectId, event.mergedObjectIds ?? [], event.newObjectId)
      return [...new Set(all)].map(change(objectType, 'CHANGED'))
    }
    case 'privacyDeletion':
      return objectType === 'CONTACT' ? objectIds.map(change(objectType, 'PRIVACY_DELETED')) : []
    default:
      return []
  }
}

/** An association between a contact and a company belongs to the contact, whichever side reports it (B67). */
function contactsOf(event: WebhookEvent): bigint[] {
  const [from = '', to = ''] =
    event.fromObjectTypeId === undefined
      ? (event.associationType ?? '').split('_TO_')
      : [event.fromObjectTypeId, event.toObjectTypeId ?? '']
  const isContact = (type: string) => type === 'CONTACT' || type === hubspotTypeIds.CONTACT
  const isCompany = (type: string) => type === 'COMPANY' || type === hubspotTypeIds.ACCOUNT
  if (isContact(from) && isCompany(to)) return idsOf(event.fromObjectId)
  if (isCompany(from) && isContact(to)) return idsOf(event.toObjectId)
  return []
}

function mergesOf(event: WebhookEvent): MergeChange[] {
  if (!event.subscriptionType.endsWith('.merge')) return []
  const objectType = objectTypeOf(event)
  const portalId = hubspotIdOf(event.portalId)
  const primaryId = hubspotIdOf(event.primaryObjectId)
  const mergedIntoId = hubspotIdOf(event.newObjectId)
  if (objectType === undefined || portalId === null || primaryId === null || mergedIntoId === null) return []
  return primaryId === mergedIntoId ? [] : [{ portalId, objectType, primaryId, mergedIntoId }]
}
