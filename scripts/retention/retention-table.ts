import { readFile } from 'node:fs/promises'
import { keptWithOwner, retentionRules } from '../../src/lifecycle/retention-rules.ts'
import { formatMarkdown } from '../format-markdown.ts'

export const retentionFile = new URL('../../docs/operating.md', import.meta.url)

const begin = '<!-- printed from src/lifecycle/retention-rules.ts by `npm run generate` -->'
const end = '<!-- end of what is printed from the rules of retention -->'

/** docs/operating.md with its tables of what is kept how long printed from the current rules. */
export async function retentionPage(): Promise<string> {
  const page = await readFile(retentionFile, 'utf8')
  const [before, rest, ...others] = page.split(begin)
  const [, after] = rest?.split(end) ?? []
  if (before === undefined || after === undefined || others.length > 0) {
    throw new Error(`docs/operating.md needs one pair of the lines "${begin}" and "${end}".`)
  }
  const text = `${before}${begin}\n\n${rulesTable()}\n\n${ownersTable()}\n\n${end}${after}`
  return formatMarkdown(text, retentionFile)
}

function rulesTable(): string {
  const rows = retentionRules.map(
    ({ table, rows, keptDays, since }) => `| \`${table}\` | ${rows} | ${kept(keptDays)} | ${since} |`,
  )
  return ['| table | rows | kept for | from |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function kept(days: number): string {
  if (days === 0) return 'no time'
  return days === 1 ? 'a day' : days === 365 ? 'a year' : `${days} days`
}

function ownersTable(): string {
  const rows = Object.entries(keptWithOwner).map(([table, reason]) => `| \`${table}\` | ${reason} |`)
  return ['| other tables | how long |', '| --- | --- |', ...rows].join('\n')
}
