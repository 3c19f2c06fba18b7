import { expect, test } from 'vitest'
import { customFieldKey } from '../../src/custom-fields/custom-field-key.ts'

test.for<[name: string, key: string]>([
  ['Job title', 'job_title'],
  ['  Job   title (EN) ', 'job_title_en'],
  ['ARR 2026', 'arr_2026'],
  ['Größe', 'größe'],
  ['担当者', '担当者'],
  ['--', ''],
  ['', ''],
  ['x'.repeat(100), 'x'.repeat(64)],
])('%j has the key %j', ([name, key]) => {
  expect(customFieldKey(name)).toBe(key)
})
