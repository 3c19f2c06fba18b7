import { writeFile } from 'node:fs/promises'
import { architectureFile, architecturePage } from './imports/architecture-tables.ts'

await writeFile(architectureFile, await architecturePage())
