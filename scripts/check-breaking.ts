import { readFile } from 'node:fs/promises'
import { schema } from '../src/schema/schema.ts'
import { breakingChanges, releasedFile } from './breaking-changes.ts'

const changes = breakingChanges(await readFile(releasedFile, 'utf8'), schema)
if (changes.length > 0) {
  console.error(
    `The schema breaks clients of the last release:\n${changes.map((change) => `  - ${change}`).join('\n')}`,
  )
  console.error('Keep the old beside the new, and deprecate it. Removing it waits for the next major release.')
  process.exitCode = 1
}
