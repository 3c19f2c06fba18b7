import { readFile } from 'node:fs/promises'
import { buildSchema } from 'graphql'
import { expect, test } from 'vitest'
import { breakingChanges, releasedFile } from '../../scripts/breaking-changes.ts'
import { schema } from '../../src/schema/schema.ts'

test('clients of the last release keep working', async () => {
  expect(breakingChanges(await readFile(releasedFile, 'utf8'), schema)).toEqual([])
})

test.for<[why: string, current: string, change: string | null]>([
  ['a field is gone', 'type Query { other: Int }', 'FIELD_REMOVED: Query.name was removed.'],
  [
    'a field has another type',
    'type Query { name: Int }',
    'FIELD_CHANGED_KIND: Query.name changed type from String to Int.',
  ],
  [
    'an argument is needed',
    'type Query { name(of: ID!): String }',
    'REQUIRED_ARG_ADDED: A required arg of on Query.name was added.',
  ],
  ['a field was added', 'type Query { name: String other: Int }', null],
])('a change is found where %s', ([_why, current, change]) => {
  const changes = breakingChanges('type Query { name: String }', buildSchema(current))

  expect(changes).toEqual(change === null ? [] : [change])
})
