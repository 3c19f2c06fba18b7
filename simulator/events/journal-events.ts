import { isoTime, OBJECT_TYPE_IDS, type ObjectType } from '../portal/crm-record.ts'
import type { PortalChange } from '../portal/portal-change.ts'

export type JournalAction =
  | 'CREATE'
  | 'UPDATE'
  | 'DELETE'
  | 'MERGE'
  | 'RESTORE'
  | 'ASSOCIATION_ADDED'
  | 'ASSOCIATION_REMOVED'
  | 'ADDED_TO_LIST'
  | 'REMOVED_FROM_LIST'
  | 'GDPR_DELETE'

export type SubscriptionType = 'OBJECT' | 'ASSOCIATION' | 'LIST_MEMBERSHIP' | 'GDPR_PRIVACY_DELETION'

/** One event in a file of the journal, with the kind of subscription that includes it. */
export interface JournalEvent {
  readonly type: SubscriptionType
  readonly portalId: number
  readonly occurredAt: string
  readonly action: JournalAction
  readonly objectTypeId: string
  readonly objectId: number
  readonly [more: string]: unknown
}

const ACTIONS = { creation: 'CREATE', deletion: 'DELETE', restore: 'RESTORE' } as const

export const journalEventsOf = (portalId: number, change: PortalChange): JournalEvent[] => {
  const occurredAt = isoTime(change.occurredAt)
  const event = (
    type: SubscriptionType,
    action: JournalAction,
    objectType: ObjectType,
    id: string,
    more: object = {},
  ): JournalEvent => ({
    type,
    portalId,
    occurredAt,
    action,
    objectTypeId: OBJECT_TYPE_IDS[objectType],
    objectId: Number(id),
    ...more,
  })
  switch (change.kind) {
    case 'creation':
    case 'deletion':
    case 'restore':
      return [event('OBJECT', ACTIONS[change.kind], change.objectType, change.objectId)]
    case 'propertyChange': {
      const propertyChanges = { [change.property]: change.value }
      return [event('OBJECT', 'UPDATE', change.objectType, change.objectId, { propertyChanges })]
    }
    case 'privacyDeletion':
      return [
        event('GDPR_PRIVACY_DELETION', 'GDPR_DELETE', change.objectType, change.objectId),
        event('OBJECT', 'DELETE', change.objectType, change.objectId),
      ]
    case 'merge': {
      const primaryObjectId = Number(change.primaryId)
      const mergedObjectIds = change.mergedIds.map(Number).filter((id) => id !== primaryObjectId)
      const more = { primaryObjectId, mergedObjectIds, newObjectId: Number(change.newId) }
      return [event('OBJECT', 'MERGE', change.objectType, change.newId, more)]
    }
    case 'associationChange': {
      const action = change.removed ? 'ASSOCIATION_REMOVED' : 'ASSOCIATION_ADDED'
      const pair = (from: ObjectType, id: string, to: ObjectType, other: string) =>
        event('ASSOCIATION', action, from, id, {
          associatedObjectTypeId: OBJECT_TYPE_IDS[to],
          associatedObjectId: Number(other),
          associationTypeId: from === 'contacts' ? 279 : 280,
        })
      return [
        pair('contacts', change.contactId, 'companies', change.companyId),
        pair('companies', change.companyId, 'contacts', change.contactId),
      ]
    }
    case 'listMembership': {
      const listId = Number(change.listId)
      const member = (action: JournalAction) => (id: string) =>
        event('LIST_MEMBERSHIP', action, 'contacts', id, { listId })
      return [...change.added.map(member('ADDED_TO_LIST')), ...change.removed.map(member('REMOVED_FROM_LIST'))]
    }
  }
}
