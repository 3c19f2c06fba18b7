import { readFile } from 'node:fs/promises'
import { printedSchema, schemaFile } from './printed-schema.ts'

const committed = await readFile(schemaFile, 'utf8').catch(() => '')
if (committed !== printedSchema()) {
  console.error('schema.graphql is stale. Run "npm run generate" and commit it.')
  process.exitCode = 1
}
