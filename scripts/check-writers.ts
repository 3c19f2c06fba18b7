import { readdir, readFile } from 'node:fs/promises'
import { writesOfTables } from './writers/writes-of-tables.ts'

/** Tables that only one folder writes. */
const writers: Readonly<Record<string, string>> = { sync_run: 'src/sync/runs/' }

const names = await readdir('src', { recursive: true })
const files = names
  .map((name) => `src/${name.replaceAll('\\', '/')}`)
  .filter((file) => file.endsWith('.ts') && !file.startsWith('src/generated/'))
for (const file of files.sort()) {
  for (const { table, line, text } of writesOfTables(file, await readFile(file, 'utf8'), Object.keys(writers))) {
    const home = writers[table] ?? ''
    if (file.startsWith(home)) continue
    console.error(`${file}:${line} writes ${table} (${text}); only ${home} does. Move the statement there.`)
    process.exitCode = 1
  }
}
