import { expect, test } from 'vitest'
import type { RecordChange } from '../../src/webhooks/change.ts'
import { readWebhook } from '../../src/webhooks/read-webhook.ts'

const occurredAt = 1_462_216_307_945
const read = (event: object) => readWebhook(JSON.stringify([{ portalId: 33, occurredAt, ...event }]))
const brief = ({ objectType, hubspotId, kind }: RecordChange) => `${objectType} ${hubspotId} ${kind}`

test.for<[event: object, changes: string[]]>([
  [{ subscriptionType: 'contact.creation', objectId: 1 }, ['CONTACT 1 CHANGED']],
  [{ subscriptionType: 'contact.propertyChange', objectId: 1, propertyName: 'x' }, ['CONTACT 1 CHANGED']],
  [{ subscriptionType: 'contact.deletion', objectId: 1 }, ['CONTACT 1 CHANGED']],
  [{ subscriptionType: 'contact.restore', objectId: 1 }, ['CONTACT 1 CHANGED']],
  [{ subscriptionType: 'contact.privacyDeletion', objectId: 1 }, ['CONTACT 1 PRIVACY_DELETED']],
  [{ subscriptionType: 'company.propertyChange', objectId: '2' }, ['ACCOUNT 2 CHANGED']],
  [{ subscriptionType: 'object.creation', objectTypeId: '0-1', objectId: 1 }, ['CONTACT 1 CHANGED']],
  [{ subscriptionType: 'object.deletion', objectTypeId: '0-2', objectId: 2 }, ['ACCOUNT 2 CHANGED']],
  [{ subscriptionType: 'object.creation', objectTypeId: '0-3', objectId: 3 }, []],
  [{ subscriptionType: 'deal.creation', objectId: 3 }, []],
  [{ subscriptionType: 'constructor.creation', objectId: 3 }, []],
  [{ subscriptionType: '__proto__.creation', objectId: 3 }, []],
  [{ subscriptionType: 'object.creation', objectTypeId: 'constructor', objectId: 3 }, []],
  [{ subscriptionType: 'contact.newKindOfThing', objectId: 3 }, []],
  [
    { subscriptionType: 'contact.merge', objectId: 1, primaryObjectId: 1, mergedObjectIds: [2], newObjectId: 9 },
    ['CONTACT 1 CHANGED', 'CONTACT 2 CHANGED', 'CONTACT 9 CHANGED'],
  ],
  [
    {
      subscriptionType: 'contact.associationChange',
      associationType: 'CONTACT_TO_COMPANY',
      fromObjectId: 1,
      toObjectId: 5,
    },
    ['CONTACT 1 CHANGED'],
  ],
  [
    {
      subscriptionType: 'company.associationChange',
      associationType: 'COMPANY_TO_CONTACT',
      fromObjectId: 5,
      toObjectId: 1,
    },
    ['CONTACT 1 CHANGED'],
  ],
  [
    {
      subscriptionType: 'object.associationChange',
      fromObjectTypeId: '0-2',
      toObjectTypeId: '0-1',
      fromObjectId: 5,
      toObjectId: 1,
    },
    ['CONTACT 1 CHANGED'],
  ],
  [
    {
      subscriptionType: 'contact.associationChange',
      associationType: 'CONTACT_TO_DEAL',
      fromObjectId: 1,
      toObjectId: 5,
    },
    [],
  ],
])('B67, B71: %j marks %j', ([event, changes]) => {
  expect(read(event)?.records.map(brief)).toEqual(changes)
})

test('B59: a merge names the primary record', () => {
  const event = { subscriptionType: 'contact.merge', primaryObjectId: 8, mergedObjectIds: [2], newObjectId: 9 }
  expect(read(event)?.merges).toEqual([{ portalId: 33n, objectType: 'CONTACT', primaryId: 8n, mergedIntoId: 9n }])
})

test('B72: events in an unknown shape are ignored, and others next to them are not', () => {
  const good = { subscriptionType: 'contact.creation', portalId: 33, occurredAt, objectId: 1 }
  const changes = readWebhook(JSON.stringify([null, 7, {}, { ...good, objectId: 'x' }, good]))
  expect(changes?.records.map(brief)).toEqual(['CONTACT 1 CHANGED'])
  expect(changes?.records[0]?.occurredAt).toEqual(new Date(occurredAt))
})

test.for(['', '{}', '"x"', '[1'])('B72: %j is not a webhook', (body) => {
  expect(readWebhook(body)).toBeNull()
})
