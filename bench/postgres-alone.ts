import type { Database } from '../src/database/database.ts'

const tables = ['contact', 'contact_handle', 'contact_link']

/** Contacts per second that PostgreSQL can write if nothing else is running: copies the stored rows into similar tables. */
export async function measurePostgresAlone({ pool }: Database): Promise<number> {
  await pool.query('CREATE SCHEMA alone')
  for (const table of tables) await pool.query(`CREATE TABLE alone.${table} (LIKE public.${table} INCLUDING ALL)`)
  const started = performance.now()
  let contacts = 0
  for (const table of tables) {
    const { rowCount } = await pool.query(`INSERT INTO alone.${table} SELECT * FROM public.${table}`)
    if (table === 'contact') contacts = rowCount ?? 0
  }
  const seconds = (performance.now() - started) / 1_000
  await pool.query('DROP SCHEMA alone CASCADE')
  return contacts / seconds
}
