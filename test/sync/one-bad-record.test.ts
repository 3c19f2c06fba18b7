import { expect, it } from 'vitest'
import { createTestSync, setUpListSync, startTestSimulator } from '../support/test-sync.ts'

it('B53: a value that the database refuses fails its record alone, and all others are synced', async () => {
  const simulator = await startTestSimulator({ portals: [{ empty: true, rateLimit: null }] })
  const portal = simulator.portal()
  for (let number = 0; number < 20; number++)
    portal.putContact({ properties: { email: `person${number}@example.test` } })
  const bad = portal.putContact({ properties: { email: 'refused@example.test' } })
  for (let number = 20; number < 40; number++)
    portal.putContact({ properties: { email: `person${number}@example.test` } })
  portal.putList({ listId: '42', members: 'all-contacts' })
  const sync = await createTestSync({ simulator })
  await setUpListSync(sync, '42', [{ property: 'email', target: 'EMAIL' }])

  // Stands for a value that nobody foresaw.
  await sync.database.pool.query(`ALTER TABLE contact_handle ADD CHECK (value <> 'refused@example.test')`)

  const run = await sync.sync()

  expect(run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 40, failed: 1, skipped: 0, total: 41 })
  expect(await sync.database.prisma.syncError.findMany()).toMatchObject([
    {
      type: 'UNEXPECTED',
      hubspotId: BigInt(bad),
      // No words about a database: the reader cannot do anything about one.
      message: expect.not.stringMatching(/constraint|relation|contact_handle|database|violates/i),
    },
  ])
})

it('B53: a record that HubSpot sends in an unexpected shape fails alone', async () => {
  const simulator = await startTestSimulator({ portals: [{ contacts: 30, rateLimit: null }] })
  const sync = await createTestSync({ simulator })
  await setUpListSync(sync, '42', [{ property: 'firstname', target: 'FIRST_NAME' }])
  simulator.faults.add({ kind: 'wrong-shape', path: 'batch/read' })

  const run = await sync.sync()
  simulator.faults.clear()
  const next = await sync.sync()

  expect(run.status).toBe('COMPLETED_WITH_ERRORS')
  expect(run.failed).toBeGreaterThan(0)
  expect(run.created + run.failed).toBe(run.total)
  expect(next).toMatchObject({ status: 'COMPLETED', created: run.failed, unchanged: run.created, failed: 0 })
})

it('B53: a record that HubSpot sends in an unexpected shape once is requested once more', async () => {
  const simulator = await startTestSimulator({ portals: [{ contacts: 30, rateLimit: null }] })
  const sync = await createTestSync({ simulator })
  await setUpListSync(sync, '42', [{ property: 'firstname', target: 'FIRST_NAME' }])
  simulator.faults.add({ kind: 'wrong-shape', path: 'batch/read', count: 1 })

  expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', failed: 0 })
})
