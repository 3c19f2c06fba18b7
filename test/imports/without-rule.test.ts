import { expect, test } from 'vitest'
import { withoutRule } from '../../scripts/imports/without-rule.ts'

test('a folder without a rule, and a room of src/sync without a floor, are reported once', () => {
  const files = ['src/orders/a.ts', 'src/sync/attic/a.ts', 'src/sync/attic/b.ts']

  expect(withoutRule(files)).toEqual([
    'src/orders/a.ts lies in no folder that has a rule: add it to scripts/imports/folders.cjs',
    'src/sync/attic stands on no floor: add it to scripts/imports/folders.cjs',
  ])
})

test('folders with a rule, rooms with a floor, and loose files of src are accepted', () => {
  expect(withoutRule(['src/schema/a.ts', 'src/sync/runs/a.ts', 'src/sync/sync-context.ts', 'src/serve.ts'])).toEqual([])
})
