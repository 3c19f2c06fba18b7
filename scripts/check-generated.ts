import { readFile } from 'node:fs/promises'
import { behavioursFile, behavioursPage } from './behaviours/behaviours-page.ts'
import { architectureFile, architecturePage } from './imports/architecture-tables.ts'
import { printedSchema, schemaFile } from './printed-schema.ts'
import { retentionFile, retentionPage } from './retention/retention-table.ts'
import { runsFile, runsPage } from './runs/runs-page.ts'

const page = await behavioursPage()
for (const { file, text } of [
  { file: schemaFile, text: printedSchema() },
  { file: behavioursFile, text: page.text },
  { file: architectureFile, text: await architecturePage() },
  { file: runsFile, text: await runsPage() },
  { file: retentionFile, text: await retentionPage() },
]) {
  if ((await readFile(file, 'utf8').catch(() => '')) === text) continue
  console.error(`${file.pathname} is stale. Run "npm run generate" and commit it.`)
  process.exitCode = 1
}

if (page.unshown.length > 0) {
  console.error(
    `No test that npm test runs shows ${page.unshown.join(', ')}. The title of the test that shows a behaviour begins with its number, and cites three at most.`,
  )
  process.exitCode = 1
}
