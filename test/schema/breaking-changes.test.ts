import { readFile } from 'node:fs/promises'
import { buildSchema } from 'graphql'
import { expect, test } from 'vitest'
import { breakingChanges, releasedFile } from '../../scripts/breaking-changes.ts'
import { schema } from '../../src/schema/schema.ts'

test('clients of the last release keep working', async () => {
  expect(breakingChanges(await readFile(releasedFile, 'utf8'), schema)).toEqual([])
})

test.for<[why: string, current: string, change: string | null]>([
  ['a removed field', 'type Query { other: Int }', 'FIELD_REMOVED: Query.name was removed.'],
  [
    'a field with a different type',
    'type Query { name: Int }',
    'FIELD_CHANGED_KIND: Query.name changed type from String to Int.',
  ],
  [
    'a new required argument',
    'type Query { name(of: ID!): String }',
    'REQUIRED_ARG_ADDED: A required arg of on Query.name was added.',
  ],
  ['an added field', 'type Query { name: String other: Int }', null],
])('breaking or not: %s', ([_why, current, change]) => {
  const changes = breakingChanges('type Query { name: String }', buildSchema(current))

  expect(changes).toEqual(change === null ? [] : [change])
})
