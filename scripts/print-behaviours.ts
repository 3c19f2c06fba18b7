import { writeFile } from 'node:fs/promises'
import { behavioursFile, behavioursPage } from './behaviours/behaviours-page.ts'

const { text, unshown } = await behavioursPage()
await writeFile(behavioursFile, text)
if (unshown.length > 0) console.warn(`No test cites ${unshown.join(', ')}.`)
