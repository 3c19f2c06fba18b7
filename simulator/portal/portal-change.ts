import type { ObjectType } from './crm-record.ts'

/**
 * What changed, in the words of HubSpot's event topics. Ids are HubSpot record ids. `occurredAt` is in epoch
 * milliseconds.
 */
export type PortalChange = { occurredAt: number } & (
  | { kind: 'creation' | 'deletion' | 'restore' | 'privacyDeletion'; objectType: ObjectType; objectId: string }
  | { kind: 'propertyChange'; objectType: ObjectType; objectId: string; property: string; value: string | null }
  | { kind: 'merge'; objectType: ObjectType; primaryId: string; mergedIds: string[]; newId: string }
  | { kind: 'associationChange'; companyId: string; contactId: string; removed: boolean; primary: boolean }
  | { kind: 'listMembership'; listId: string; added: string[]; removed: string[] }
)

// Distributes over the union, which a plain Omit would flatten.
export type PortalChangeWithoutTime = PortalChange extends infer Change
  ? Change extends PortalChange
    ? Omit<Change, 'occurredAt'>
    : never
  : never
