import { writeFile } from 'node:fs/promises'
import { runsFile, runsPage } from './runs/runs-page.ts'

await writeFile(runsFile, await runsPage())
