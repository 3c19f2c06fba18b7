import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/test-database.ts'

interface Column {
  readonly isNullable: boolean
  readonly isList: boolean
}

/** The tables that the Prisma schema describes, column by column, with their names in the database. */
function describedTables(text: string): Map<string, Map<string, Column>> {
  const models = [...text.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, name = '', body = '']) => ({
    name,
    body,
  }))
  const names = new Set(models.map(({ name }) => name))
  return new Map(
    models.map(({ name, body }) => {
      const columns = new Map<string, Column>()
      for (const [, field = '', type = '', mark, rest = ''] of body.matchAll(/^ {2}(\w+) +(\w+)(\?|\[\])?(.*)$/gm)) {
        if (names.has(type)) continue
        columns.set(/@map\("(\w+)"\)/.exec(rest)?.[1] ?? field, { isNullable: mark === '?', isList: mark === '[]' })
      }
      return [/@@map\("(\w+)"\)/.exec(body)?.[1] ?? name, columns]
    }),
  )
}

test('the Prisma schema and the migrations define the same tables and columns', async () => {
  const database = await createTestDatabase()
  const described = describedTables(await readFile(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8'))

  const { rows } = await database.pool.query<{ table: string; column: string; isNullable: boolean; isList: boolean }>(
    `SELECT table_name AS table, column_name AS column, is_nullable = 'YES' AS "isNullable", data_type = 'ARRAY' AS "isList"
     FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`,
  )

  const made = new Map<string, Map<string, Column>>()
  for (const { table, column, isNullable, isList } of rows) {
    const columns = made.get(table) ?? new Map<string, Column>()
    made.set(table, columns.set(column, { isNullable, isList }))
  }
  const asLines = (tables: Map<string, Map<string, Column>>) =>
    [...tables].flatMap(([table, columns]) =>
      [...columns].map(
        ([column, { isNullable, isList }]) => `${table}.${column}${isNullable ? '?' : ''}${isList ? '[]' : ''}`,
      ),
    )
  expect(asLines(made).sort()).toEqual(asLines(described).sort())
})
