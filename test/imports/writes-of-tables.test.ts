import { expect, test } from 'vitest'
import { writesOfTables } from '../../scripts/writers/writes-of-tables.ts'

const writesIn = (text: string) => writesOfTables('some.ts', text, ['sync_run']).map(({ text }) => text)

test.each([
  ["query('UPDATE sync_run SET status = 1')", 'UPDATE sync_run'],
  [`query(\`WITH gone AS (DELETE FROM sync_run WHERE id = \${id}) SELECT\`)`, 'DELETE FROM sync_run'],
  [`query(\`\${before}\n insert into\n  public."sync_run" (id) VALUES ($1)\`)`, 'insert into public."sync_run"'],
  ['tx.syncRun.updateMany({ data })', 'syncRun.updateMany'],
  ['database.prisma\n  .syncRun.create({ data })', 'syncRun.create'],
])('%s writes the table', (text, write) => {
  expect(writesIn(text)).toEqual([write])
})

test.each([
  "query('SELECT FROM sync_run FOR UPDATE')",
  "query('DELETE FROM sync_run_departure USING sync_run')",
  "query('UPDATE my_sync_run SET a = 1')",
  'prisma.syncRun.findMany({ where })',
  'prisma.syncRunMember.createMany({ data })',
  '// UPDATE sync_run, in a comment',
])('%s does not', (text) => {
  expect(writesIn(text)).toEqual([])
})
