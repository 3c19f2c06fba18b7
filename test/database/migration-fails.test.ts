import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, it } from 'vitest'
import { migrate } from '../../src/database/migrate.ts'
import { createBareDatabase } from '../support/bare-database.ts'
import { cleanUp } from '../support/clean-up.ts'

const plain = 'CREATE TABLE thing (id int PRIMARY KEY, name text NOT NULL);\n'

/** A folder of migrations, and a database to which the first of them has been applied. */
async function given(sql: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'hcs-migrations-'))
  cleanUp(() => rm(folder, { recursive: true, force: true }))
  const add = async (name: string, text: string) => {
    await mkdir(join(folder, name))
    await writeFile(join(folder, name, 'migration.sql'), text)
  }
  await add('20200101000000_thing', plain)
  const url = await createBareDatabase('empty')
  await migrate(url, { folder })
  for (const [name, text] of Object.entries(sql)) await add(name, text)
  const client = new pg.Client(url)
  await client.connect()
  cleanUp(() => client.end())
  return { folder, url, client }
}

it('a migration that fails names its cause and its line, and leaves nothing', async () => {
  const { folder, url, client } = await given({
    '20200102000000_names': `CREATE TABLE other (id int);\n\nALTER TABLE thing ADD COLUMN name text;\n`,
  })

  await expect(migrate(url, { folder })).rejects.toThrow(
    'Migration 20200102000000_names failed and was rolled back: column "name" of relation "thing" already exists (SQLSTATE 42701',
  )

  expect((await client.query("SELECT to_regclass('other') AS other")).rows).toEqual([{ other: null }])
})

it('a row that a migration cannot accept is described', async () => {
  const { folder, url, client } = await given({
    '20200102000000_unique': 'CREATE UNIQUE INDEX thing_name ON thing (name);\n',
  })
  await client.query("INSERT INTO thing VALUES (1, 'same'), (2, 'same')")

  await expect(migrate(url, { folder })).rejects.toThrow('Key (name)=(same) is duplicated.')
})

it('while another transaction uses the table, others do not queue behind the migration, and it succeeds afterwards', async () => {
  // given
  const { folder, url, client } = await given({
    '20200102000000_size': 'ALTER TABLE thing ADD COLUMN size int;\n',
  })
  const other = new pg.Client(url)
  await other.connect()
  cleanUp(() => other.end())
  await other.query('BEGIN')
  await other.query('SELECT FROM thing')

  // when
  const said: string[] = []
  const migrating = migrate(url, { folder, say: (line) => said.push(line) })
  while (said.length === 0) await client.query('SELECT name FROM thing')
  await other.query('COMMIT')

  // then
  expect(await migrating).toEqual(['20200102000000_size'])
  expect(said).toEqual(['Migration 20200102000000_size waits for a table that others use, and tries again.'])
})

it('a migration that never gets its locks says what to do', async () => {
  const { folder, url, client } = await given({
    '20200102000000_size': 'ALTER TABLE thing ADD COLUMN size int;\n',
  })
  await client.query('BEGIN')
  await client.query('SELECT FROM thing')

  await expect(migrate(url, { folder, patienceMs: 0, say: () => {} })).rejects.toThrow(
    'other transactions hold a table that it changes. End them, or migrate at a quieter time.',
  )
})

it('a migration outside a transaction builds an index while a transaction writes to the table', async () => {
  // given
  const { folder, url, client } = await given({
    '20200102000000_index': [
      '-- outside a transaction',
      '-- A failed attempt leaves an invalid index.',
      'DROP INDEX CONCURRENTLY IF EXISTS thing_name;',
      'CREATE INDEX CONCURRENTLY thing_name ON thing (name);',
      '',
    ].join('\n'),
  })
  const migrating = migrate(url, { folder })
  const isBuilding = async () => {
    const { rowCount } = await client.query(
      "SELECT FROM pg_index WHERE indexrelid = to_regclass('thing_name') AND indisvalid",
    )
    return rowCount === 0
  }

  // when
  let written = 0
  do {
    await client.query('INSERT INTO thing VALUES ($1, $2)', [++written, 'name'])
  } while (await isBuilding())

  // then
  expect(await migrating).toEqual(['20200102000000_index'])
  expect(await migrate(url, { folder })).toEqual([])
})
