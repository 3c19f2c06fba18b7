import { expect, it } from 'vitest'
import { expectedOutcome } from '../../simulator/expected-outcome.ts'
import { progressOf } from '../../src/sync/runs/progress.ts'
import { createTestSync, setUpSeededListSync, startTestSimulator } from '../support/test-sync.ts'

const [seed, contacts] = [7, 2_000]

it('B43–B51, B69: a seeded list leads to the expected contacts and errors', async () => {
  const simulator = await startTestSimulator({ portals: [{ seed, contacts, rateLimit: null }] })
  const sync = await createTestSync({ simulator })
  await setUpSeededListSync(sync)

  const run = await sync.sync()

  const expected = expectedOutcome(seed, contacts)
  expect(run.status).toBe('COMPLETED_WITH_ERRORS')
  expect(progressOf(run)).toMatchObject({
    processed: expected.total,
    total: expected.total,
    created: expected.created,
    skipped: expected.skipped,
    linked: 0,
    updated: 0,
    unchanged: 0,
    failed: 0,
  })
  const errors = await sync.database.prisma.syncError.groupBy({ by: ['type'], _count: true })
  expect(Object.fromEntries(errors.map(({ type, _count }) => [type, _count]))).toEqual(expected.errors)
  expect(await sync.database.prisma.contact.count()).toBe(expected.created)
})

it('B52: the same list synced again changes nothing and writes no contact', async () => {
  const simulator = await startTestSimulator({ portals: [{ seed, contacts, rateLimit: null }] })
  const sync = await createTestSync({ simulator })
  await setUpSeededListSync(sync)
  await sync.sync()
  const versions = () =>
    sync.database.pool.query(
      `SELECT contact.id, contact.xmin::text, handle.value, handle.xmin::text AS handle_xmin, link.xmin::text AS link_xmin
       FROM contact LEFT JOIN contact_handle handle ON handle.contact_id = contact.id
       JOIN contact_link link ON link.contact_id = contact.id AND link.row_hash IS NOT NULL
       ORDER BY contact.id, handle.value`,
    )
  const before = await versions()

  const run = await sync.sync()

  const expected = expectedOutcome(seed, contacts)
  expect(progressOf(run)).toMatchObject({
    unchanged: expected.created,
    skipped: expected.skipped,
    created: 0,
    updated: 0,
  })
  expect((await versions()).rows).toEqual(before.rows)
})
