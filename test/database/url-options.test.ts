import { expect, test } from 'vitest'
import { checkDatabase } from '../../src/database/check-database.ts'
import { openDatabase } from '../../src/database/database.ts'
import { createBareDatabase } from '../support/bare-database.ts'
import { cleanUp } from '../support/clean-up.ts'

test('options in the URL are added to our own settings, which hold', async () => {
  const url = new URL(await createBareDatabase('migrated'))
  url.searchParams.set('options', '-c statement_timeout=61s -c enable_seqscan=on')
  const database = openDatabase(url.href)
  cleanUp(() => database.close())

  const { rows } = await database.pool.query(
    `SELECT current_setting('statement_timeout') AS timeout, current_setting('enable_seqscan') AS scans`,
  )

  expect(rows).toEqual([{ timeout: '61s', scans: 'off' }])
  await checkDatabase(database)
})

test('a role that would create tables elsewhere is refused with what to set', async () => {
  const url = new URL(await createBareDatabase('migrated'))
  url.searchParams.set('options', '-c search_path=nowhere')
  const database = openDatabase(url.href)
  cleanUp(() => database.close())

  await expect(checkDatabase(database)).rejects.toThrow(
    /instead of "public": run ALTER ROLE .* SET search_path = public/,
  )
})
