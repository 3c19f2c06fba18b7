import { expect, it } from 'vitest'
import { setFieldMappings } from '../../src/sync/settings/set-field-mappings.ts'
import { updateSyncSettings } from '../../src/sync/settings/update-sync-settings.ts'
import type { TestDatabase } from '../support/test-database.ts'
import { createTestSync, setUpSeededListSync, startTestSimulator } from '../support/test-sync.ts'

/** Rows by table that were written since the transaction `since`. */
async function rowsWritten({ pool }: TestDatabase, since: bigint): Promise<Record<string, number>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
     WHERE nspname = 'public' AND relkind = 'r'`,
  )
  const written: Record<string, number> = {}
  for (const { name } of tables) {
    const { rows } = await pool.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM "${name}" WHERE xmin::text::bigint > $1`,
      [since],
    )
    if (rows[0]?.count) written[name] = rows[0].count
  }
  return written
}

const now = async ({ pool }: TestDatabase): Promise<bigint> => {
  const { rows } = await pool.query<{ id: bigint }>('SELECT pg_current_xact_id()::text::bigint AS id')
  return rows[0]?.id ?? 0n
}

it.each(['FROM_LIST', 'FROM_SYNCED_ACCOUNTS'] as const)(
  'B52: the same HubSpot state %s again writes only the run itself and when its errors were last seen',
  async (contactSource) => {
    const simulator = await startTestSimulator({
      portals: [
        {
          seed: 11,
          contacts: 1_500,
          companies: 80,
          rateLimit: null,
          associationRateLimit: null,
          searchPerSecond: null,
        },
      ],
    })
    const sync = await createTestSync({ simulator })
    await setUpSeededListSync(sync)
    await updateSyncSettings(sync.context, sync.viewer, { accountsEnabled: true, contactSource })
    await setFieldMappings(sync.context, sync.viewer, 'ACCOUNT', [
      { property: 'name', target: 'NAME' },
      { property: 'domain', target: 'DOMAIN' },
    ])
    const first = await sync.sync()
    const since = await now(sync.database)

    const second = await sync.sync()

    const errors = await sync.database.prisma.syncError.count({ where: { status: 'OPEN' } })
    expect(errors).toBeGreaterThan(0)
    expect(second).toMatchObject({
      created: 0,
      updated: 0,
      linked: 0,
      unchanged: first.created,
      skipped: first.skipped,
    })
    // Its settings contain the next due time, and its email is stored once.
    const { sync_run: runs, sync_settings, run_mail, ...others } = await rowsWritten(sync.database, since)
    expect({ runs, ...others }).toEqual({ runs: 1, sync_error: errors })
    expect(await sync.database.prisma.syncError.count()).toBe(errors)
  },
)
