import { expect, it } from 'vitest'
import { expectedAccountsOutcome } from '../../simulator/expected-accounts-outcome.ts'
import { progressOf } from '../../src/sync/runs/progress.ts'
import { setFieldMappings } from '../../src/sync/settings/set-field-mappings.ts'
import { updateSyncSettings } from '../../src/sync/settings/update-sync-settings.ts'
import { createTestSync, setUpSeededListSync, startTestSimulator } from '../support/test-sync.ts'

const [seed, contacts, companies] = [7, 3_000, 100]

it('B26, B64–B66: seeded companies and their contacts lead to the expected result', async () => {
  const simulator = await startTestSimulator({
    portals: [{ seed, contacts, companies, rateLimit: null, associationRateLimit: null }],
  })
  const sync = await createTestSync({ simulator })
  await setUpSeededListSync(sync)
  await updateSyncSettings(sync.context, sync.viewer, {
    accountsEnabled: true,
    contactSource: 'FROM_SYNCED_ACCOUNTS',
  })
  await setFieldMappings(sync.context, sync.viewer, 'ACCOUNT', [
    { property: 'name', target: 'NAME' },
    { property: 'domain', target: 'DOMAIN' },
    { property: 'description', target: 'DESCRIPTION' },
  ])

  const run = await sync.sync()

  const expected = expectedAccountsOutcome(seed, { contacts, companies })
  expect(run.status).toBe('COMPLETED_WITH_ERRORS')
  const errors = await sync.database.prisma.syncError.groupBy({ by: ['type'], _count: true })
  expect(Object.fromEntries(errors.map(({ type, _count }) => [type, _count]))).toEqual(expected.errors)
  expect(progressOf(run)).toMatchObject({
    processed: expected.accounts.total + expected.contacts.total,
    created: expected.accounts.created + expected.contacts.created,
    skipped: expected.accounts.skipped + expected.contacts.skipped,
    failed: 0,
  })
  expect(await sync.database.prisma.account.count()).toBe(expected.accounts.created)
  expect(await sync.database.prisma.contact.count()).toBe(expected.contacts.created)
  expect(await sync.database.prisma.contact.count({ where: { accountId: null } })).toBe(0)
})
