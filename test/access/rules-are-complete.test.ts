import { buildSchema, extendSchema, parse } from 'graphql'
import { expect, test } from 'vitest'
import { accessRules } from '../../src/schema/access-rules.ts'
import { schema } from '../../src/schema/schema.ts'
import { accessProblems } from '../../src/schema/support/access.ts'

test('B19 B20 B21: each field and type of the schema has a rule', () => {
  expect(accessProblems(schema)).toEqual([])
})

test.for<[what: string, addition: string, missing: string]>([
  ['query', 'extend type Query { secrets: Int }', 'Query.secrets'],
  ['mutation', 'extend type Mutation { tell: Int }', 'Mutation.tell'],
  ['subscription', 'extend type Subscription { told: Int }', 'Subscription.told'],
  ['type', 'type Secret { text: String } extend type Contact { secret: Secret }', 'Secret'],
])('B20: a new %s without a rule is detected, and the message tells what to add', ([_what, addition, missing]) => {
  const problems = accessProblems(extendSchema(schema, parse(addition)))

  expect(problems).toEqual([
    `${missing} has no access rule. Add a line '${missing}': 'member', 'admin' or 'syncAdmin' to src/schema/access-rules.ts.`,
  ])
})

test('B20: a rule for something that is not in the schema is detected', () => {
  const problems = accessProblems(buildSchema('type Query { viewer: Int }'))

  expect(problems).toHaveLength(Object.keys(accessRules).length - 1)
  expect(problems).toContain('The schema has no SyncError. Remove its line from src/schema/access-rules.ts.')
})
