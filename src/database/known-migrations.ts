import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The project's folder is found in the same way from src/ and from dist/. */
const root = dirname(createRequire(import.meta.url).resolve('#package.json'))
/** The folder of this version's migrations. */
export const ownMigrations = join(root, 'prisma', 'migrations')

export interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

/** The names of the migrations in a folder, oldest first. */
export async function migrationNames(folder = ownMigrations): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

/** The migrations in a folder, oldest first. */
export async function readMigrations(folder = ownMigrations): Promise<Migration[]> {
  return Promise.all(
    (await migrationNames(folder)).map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/** Selects the migrations that a database has. */
export const appliedMigrations =
  'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL'
