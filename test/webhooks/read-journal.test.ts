import { expect, test } from 'vitest'
import type { RecordChange } from '../../src/webhooks/change.ts'
import { readJournal } from '../../src/webhooks/read-journal.ts'

const occurredAt = '2026-11-24T12:00:00.000Z'
const read = (event: object) =>
  readJournal({ offset: 'x', publishedAt: occurredAt, journalEvents: [{ portalId: 33, occurredAt, ...event }] })
const brief = ({ objectType, hubspotId, kind }: RecordChange) => `${objectType} ${hubspotId} ${kind}`

test.for<[event: object, changes: string[]]>([
  [{ type: 'OBJECT', action: 'CREATE', objectTypeId: '0-1', objectId: 1 }, ['CONTACT 1 CHANGED']],
  [{ type: 'OBJECT', action: 'UPDATE', objectTypeId: '0-2', objectId: 2 }, ['ACCOUNT 2 CHANGED']],
  [{ type: 'OBJECT', action: 'DELETE', objectTypeId: '0-1', objectId: 1 }, ['CONTACT 1 CHANGED']],
  [{ type: 'OBJECT', action: 'RESTORE', objectTypeId: '0-1', objectId: '1' }, ['CONTACT 1 CHANGED']],
  [{ type: 'LIST_MEMBERSHIP', action: 'ADDED_TO_LIST', objectId: 1, listId: 42 }, ['CONTACT 1 CHANGED']],
  [{ type: 'LIST_MEMBERSHIP', action: 'REMOVED_FROM_LIST', objectId: 1, listId: 42 }, ['CONTACT 1 CHANGED']],
  [
    { type: 'GDPR_PRIVACY_DELETION', action: 'GDPR_DELETE', objectTypeId: '0-1', objectId: 1 },
    ['CONTACT 1 PRIVACY_DELETED'],
  ],
  [
    {
      action: 'ASSOCIATION_ADDED',
      objectTypeId: '0-1',
      objectId: 1,
      associatedObjectTypeId: '0-2',
      associatedObjectId: 5,
    },
    ['CONTACT 1 CHANGED'],
  ],
  [
    {
      action: 'ASSOCIATION_REMOVED',
      objectTypeId: '0-2',
      objectId: 5,
      associatedObjectTypeId: '0-1',
      associatedObjectId: 1,
    },
    ['CONTACT 1 CHANGED'],
  ],
  [{ action: 'ASSOCIATION_ADDED', objectTypeId: '0-2', objectId: 5, associatedObjectTypeId: '0-3' }, []],
  [{ type: 'OBJECT', action: 'CREATE', objectTypeId: '0-3', objectId: 3 }, []],
  [{ type: 'APP_LIFECYCLE_EVENT', action: 'APP_UNINSTALL' }, []],
  [{ action: 'CREATE', objectTypeId: '0-1', objectId: 1, occurredAt: 'some day' }, []],
])('B67, B71: %j marks %j', ([event, changes]) => {
  expect(read(event)?.records.map(brief)).toEqual(changes)
})

test('B59: a merge marks all of its records and names the primary', () => {
  const merge = { action: 'MERGE', objectTypeId: '0-1', objectId: 9, primaryObjectId: 8, mergedObjectIds: [2] }
  expect(read(merge)).toMatchObject({
    records: [{ hubspotId: 9n }, { hubspotId: 8n }, { hubspotId: 2n }],
    merges: [{ portalId: 33n, objectType: 'CONTACT', primaryId: 8n, mergedIntoId: 9n }],
  })
})

test.for([null, [], {}, { journalEvents: 'none' }])('B72: %j is not a file of the journal', (file) => {
  expect(readJournal(file)).toBeNull()
})
