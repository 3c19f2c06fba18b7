import { OBJECT_TYPE_IDS, type ObjectType } from '../portal/crm-record.ts'
import type { PortalChange } from '../portal/portal-change.ts'

/** One event as it appears in the body of a webhook. The attempt is numbered when it is sent. */
export type WebhookEvent = Readonly<Record<string, unknown>> & { readonly subscriptionType: string }

/** Apps from before 2025 subscribe to `contact.creation` and the like, later ones to `object.creation` with a type. */
export type EventFormat = 'contact.*' | 'object.*'

interface Sender {
  readonly portalId: number
  readonly appId: number
  readonly format: EventFormat
  /** HubSpot's event ids are not unique. These are, so that tests can tell events apart. */
  nextEventId(): number
}

const SINGULAR: Readonly<Record<ObjectType, string>> = { contacts: 'contact', companies: 'company' }

/** The events of a change. There are no webhooks for list membership. */
export const webhookEventsOf = (change: PortalChange, sender: Sender): WebhookEvent[] => {
  const event = (objectType: ObjectType, kind: string, more: Record<string, unknown>): WebhookEvent => {
    const isGeneric = sender.format === 'object.*' && kind !== 'privacyDeletion'
    const isAssociation = kind === 'associationChange'
    return {
      eventId: sender.nextEventId(),
      subscriptionId: 25,
      portalId: sender.portalId,
      appId: sender.appId,
      occurredAt: change.occurredAt,
      subscriptionType: `${isGeneric ? 'object' : SINGULAR[objectType]}.${kind}`,
      ...(isGeneric && !isAssociation && { objectTypeId: OBJECT_TYPE_IDS[objectType] }),
      changeSource: 'CRM_UI',
      ...more,
    }
  }
  switch (change.kind) {
    case 'creation':
      return [event(change.objectType, 'creation', { objectId: Number(change.objectId), changeFlag: 'CREATED' })]
    case 'deletion':
      return [event(change.objectType, 'deletion', { objectId: Number(change.objectId), changeFlag: 'DELETED' })]
    case 'restore':
      return [event(change.objectType, 'restore', { objectId: Number(change.objectId) })]
    case 'propertyChange':
      return [
        event(change.objectType, 'propertyChange', {
          objectId: Number(change.objectId),
          propertyName: change.property,
          propertyValue: change.value ?? '',
        }),
      ]
    case 'privacyDeletion': {
      const objectId = Number(change.objectId)
      const deletion = event(change.objectType, 'deletion', { objectId, changeFlag: 'DELETED' })
      // There is no such event for companies.
      if (change.objectType === 'companies') return [deletion]
      return [event('contacts', 'privacyDeletion', { objectId }), deletion]
    }
    case 'merge': {
      const primary = Number(change.primaryId)
      return [
        event(change.objectType, 'merge', {
          objectId: primary,
          primaryObjectId: primary,
          mergedObjectIds: change.mergedIds.map(Number).filter((id) => id !== primary),
          newObjectId: Number(change.newId),
          numberOfPropertiesMoved: 1,
        }),
      ]
    }
    case 'associationChange': {
      const [company, contact] = [Number(change.companyId), Number(change.contactId)]
      const shared = { associationRemoved: change.removed, isPrimaryAssociation: change.primary }
      const isGeneric = sender.format === 'object.*'
      const typed = (from: string, to: string) => isGeneric && { fromObjectTypeId: from, toObjectTypeId: to }
      return [
        event('contacts', 'associationChange', {
          associationType: 'CONTACT_TO_COMPANY',
          fromObjectId: contact,
          toObjectId: company,
          ...typed('0-1', '0-2'),
          ...shared,
        }),
        event('companies', 'associationChange', {
          associationType: 'COMPANY_TO_CONTACT',
          fromObjectId: company,
          toObjectId: contact,
          ...typed('0-2', '0-1'),
          ...shared,
        }),
      ]
    }
    case 'listMembership':
      return []
  }
}
