import { expect, test } from 'vitest'
import { auditRules } from '../../src/schema/audit-rules.ts'
import { schema } from '../../src/schema/schema.ts'

const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {})

test('every mutation is in the audit log, or says why not', () => {
  const missing = mutations.filter((name) => auditRules[name] === undefined)

  expect(missing, 'add a line for each to src/schema/audit-rules.ts').toEqual([])
})

test('every line of the audit rules belongs to a mutation', () => {
  expect(Object.keys(auditRules).filter((name) => !mutations.includes(name))).toEqual([])
})
