import { readFile } from 'node:fs/promises'
import { formatMarkdown } from '../format-markdown.ts'
import { folders, syncFloors } from './folders.ts'

export const architectureFile = new URL('../../ARCHITECTURE.md', import.meta.url)

const begin = '<!-- printed from scripts/imports/folders.cjs by `npm run generate` -->'
const end = '<!-- end of what is printed -->'

/** ARCHITECTURE.md with its tables of folders printed from the current rules. */
export async function architecturePage(): Promise<string> {
  const page = await readFile(architectureFile, 'utf8')
  const [before, rest, ...others] = page.split(begin)
  const [, after] = rest?.split(end) ?? []
  if (before === undefined || after === undefined || others.length > 0) {
    throw new Error(`ARCHITECTURE.md needs one pair of the lines "${begin}" and "${end}".`)
  }
  const text = `${before}${begin}\n\n${foldersTable()}\n\n${syncTable()}\n\n${end}${after}`
  return formatMarkdown(text, architectureFile)
}

function foldersTable(): string {
  const rows = folders.map(({ folder, holds, mayImport }) => `| \`${folder}\` | ${holds} | ${allowed(mayImport)} |`)
  return ['| folder | holds | may import |', '| --- | --- | --- |', ...rows].join('\n')
}

const allowed = (names: readonly string[] | null) =>
  names === null ? 'anything' : names.map((name) => name.replace(/^src\//, '')).join(', ') || 'nothing'

function syncTable(): string {
  const rows = syncFloors.flatMap((rooms, floor) =>
    rooms.map(({ room, holds }) => `| ${floor + 1} | \`${room}\` | ${holds} |`),
  )
  return [
    'Within `src/sync`, a room imports only from its own floor and from lower ones:',
    '',
    '| floor | room | holds |',
    '| --- | --- | --- |',
    ...rows.reverse(),
  ].join('\n')
}
