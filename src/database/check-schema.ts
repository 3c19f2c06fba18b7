import { UnusableServiceError } from '../config/unusable-service-error.ts'
import type { Queryable } from './database.ts'
import { appliedMigrations, migrationNames } from './known-migrations.ts'

export interface SchemaCheck {
  /**
   * Migrations of a newer version that the database has as well. A release stays compatible with the schema of the next one,
   * so that processes of both can run side by side.
   */
  readonly newer: readonly string[]
}

let known: Promise<readonly string[]> | null = null

/**
 * Compares the migrations that the database has with those of this version. Throws {@link UnusableServiceError} if one is
 * missing.
 */
export async function checkSchema(queryable: Queryable): Promise<SchemaCheck> {
  known ??= migrationNames()
  const names = await known
  const applied = await readApplied(queryable)
  const [missing, ...others] = names.filter((name) => !applied.has(name))
  if (missing !== undefined) {
    const isEmpty = applied.size === 0
    const more = others.length === 0 ? '' : ` and ${others.length} more`
    throw new UnusableServiceError(
      isEmpty
        ? 'The database has no schema yet: run `npm run migrate`.'
        : `The database has an older schema and lacks the migration ${missing}${more}: run \`npm run migrate\`.`,
    )
  }
  return { newer: [...applied].filter((name) => !names.includes(name)).sort() }
}

async function readApplied(queryable: Queryable): Promise<Set<string>> {
  try {
    const { rows } = await queryable.query<{ migration_name: string }>(appliedMigrations)
    return new Set(rows.map((row) => row.migration_name))
  } catch (error) {
    if (isMissingTable(error)) return new Set()
    throw error
  }
}

/** SQLSTATE undefined_table. */
function isMissingTable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42P01'
}
