import { writeFile } from 'node:fs/promises'
import { retentionFile, retentionPage } from './retention/retention-table.ts'

await writeFile(retentionFile, await retentionPage())
