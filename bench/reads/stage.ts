import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openGraphQLClient } from '../../client/graphql-client.ts'
import { connectHubSpot } from '../../demo/connect-hubspot.ts'
import { startAndWatch } from '../../demo/follow-run.ts'
import { chooseAccounts } from '../../demo/set-up.ts'
import { startProcess } from '../../embedded/processes.ts'
import { environmentFor } from '../../embedded/product.ts'
import { type Stack, startStack } from '../../embedded/stack.ts'
import { startSimulator } from '../../simulator/index.ts'
import { openDatabase } from '../../src/database/database.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { suggestedIds } from './peer.ts'
import type { Variants } from './queries.ts'

/** Rate limits that are never reached, because the peers have none. */
const withoutRateLimits = { RATE_LIMIT_PER_TOKEN: '1000000000', RATE_LIMIT_PER_WORKSPACE: '1000000000' }

export type Stage = Awaited<ReturnType<typeof openStage>>

/** A database filled by the product's own sync, and the requests to send to it. */
export async function openStage({ contacts, databaseUrl }: { contacts: number; databaseUrl?: string }) {
  // With a lasting data directory, PostgreSQL runs with fsync on.
  const folder = join(tmpdir(), `bench-reads-${randomUUID()}`)
  const stack = await startStack({ dataDir: folder, databaseUrl, redisUrl: process.env.REDIS_URL })
  stack.guardian.removeAtEnd(folder)
  const pool = new pg.Pool({ connectionString: stack.databaseUrl, max: 2 })
  const close = async () => {
    await pool.end()
    await stack.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const { env, token, workspaceId } = await fill(stack, contacts)
    await pool.query('VACUUM ANALYZE')
    await createFunctions(pool)
    const stored = await pool.query('SELECT count(*)::int AS count FROM contact WHERE workspace_id = $1', [workspaceId])
    return {
      /** Environment in which the API and the peers start. */
      env: { ...env, ...withoutRateLimits, LOG_LEVEL: 'warn' },
      guardian: stack.guardian,
      token,
      workspaceId,
      contacts: stored.rows[0].count as number,
      postgresPid: databaseUrl ? null : (stack.servers[0]?.pid ?? null),
      variants: await chooseVariants(pool, workspaceId),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Syncs companies and their contacts from a simulated HubSpot, as an admin would. */
async function fill(stack: Stack, contacts: number) {
  const portal = { seed: 7, contacts, companies: Math.max(20, Math.round(contacts / 40)) }
  const simulator = await startSimulator({ portals: [{ ...portal, rateLimit: null, associationRateLimit: null }] })
  const env = environmentFor(stack, simulator)
  const database = openDatabase(stack.databaseUrl)
  const { workspaceId, token } = await createWorkspace(database, {
    name: 'Reads',
    plan: 'GROWTH',
    adminEmail: 'ada@reads.example',
  })
  await database.close()
  const api = await startProcess('serve', env, { guardian: stack.guardian })
  const worker = await startProcess('work', env, { guardian: stack.guardian })
  const client = openGraphQLClient(api.url, token)
  try {
    await connectHubSpot(client)
    await chooseAccounts(client)
    let status = ''
    for await (const run of startAndWatch(client)) status = run.status
    if (!status.startsWith('COMPLETED')) throw new Error(`The sync ended ${status}.`)
  } finally {
    await client.close()
    await worker.stop()
    await api.stop()
    await simulator.close()
  }
  return { env, token, workspaceId }
}

/** Functions for the queries that PostGraphile cannot answer from tables alone. */
async function createFunctions(pool: pg.Pool): Promise<void> {
  await pool.query(`
    DROP SCHEMA IF EXISTS bench_reads CASCADE;
    CREATE SCHEMA bench_reads;
    CREATE FUNCTION bench_reads.known_contacts(workspace_id uuid, external_ids text[]) RETURNS SETOF contact
      LANGUAGE sql STABLE AS $$
        SELECT contact.* FROM unnest(external_ids) WITH ORDINALITY AS asked (external_id, number)
        JOIN contact ON contact.workspace_id = known_contacts.workspace_id AND contact.external_id = asked.external_id
        ORDER BY number $$;
    CREATE FUNCTION bench_reads.suggested_contacts(workspace_id uuid, user_id uuid, text text, "limit" int)
      RETURNS SETOF contact LANGUAGE sql STABLE AS $$ SELECT * FROM contact WHERE id IN (${suggestedIds}) $$;
    CREATE FUNCTION bench_reads.contacts_with_value(workspace_id uuid, "values" jsonb) RETURNS SETOF contact
      LANGUAGE sql STABLE AS $$
        SELECT * FROM contact WHERE contact.workspace_id = contacts_with_value.workspace_id
          AND custom_fields @> "values" ORDER BY id $$;
    CREATE FUNCTION bench_reads.contacts_of_account(workspace_id uuid, account_id uuid) RETURNS SETOF contact
      LANGUAGE sql STABLE AS $$
        SELECT * FROM contact WHERE contact.workspace_id = contacts_of_account.workspace_id
          AND contact.account_id = contacts_of_account.account_id ORDER BY id $$`)
}

async function chooseVariants(pool: pg.Pool, workspaceId: string): Promise<Variants> {
  const column = async (text: string, ...more: unknown[]) => {
    const { rows } = await pool.query<{ value: string }>(text, [workspaceId, ...more])
    return rows.map(({ value }) => value)
  }
  // In an order that looks random and is the same each time.
  const ids = await column(`SELECT external_id AS value FROM contact
    WHERE workspace_id = $1 AND external_id IS NOT NULL ORDER BY md5(external_id) LIMIT 1000`)
  // Names with so few matches that every server must return all of them.
  const names = await column(`SELECT min(name) AS value FROM contact
    WHERE workspace_id = $1 AND length(name) > 8 GROUP BY lower(name) HAVING count(*) <= 5 ORDER BY md5(lower(name)) LIMIT 200`)
  const suggestable: string[] = []
  for (const name of names) {
    const { rowCount } = await pool.query(suggestedIds, [workspaceId, workspaceId, name.toLowerCase(), 11])
    if (rowCount !== null && rowCount <= 8 && !/[%_\\]/.test(name)) suggestable.push(name)
  }
  const cities = await column(`SELECT custom_fields->>'city' AS value FROM contact WHERE workspace_id = $1
    AND custom_fields->>'city' IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 20`)
  const accounts = await column(`SELECT account_id AS value FROM contact WHERE workspace_id = $1
    AND account_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 50`)
  return {
    Q1: ids.map((externalId) => ({ externalId })),
    Q2: [{ first: 50 }],
    Q3: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((part) => ({ externalIds: ids.slice(part * 100, part * 100 + 100) })),
    Q4: suggestable.map((text) => ({ text, first: 10 })),
    Q5: cities.map((value) => ({ key: 'city', value, first: 50 })),
    Q6: accounts.map((accountId) => ({ accountId, first: 50 })),
  }
}
