/** The result of one fault. */
export interface Row {
  readonly id: string
  readonly title: string
  readonly seeds: number
  /** Number of seeds with at least one violation. */
  readonly violations: number
  readonly repeatedReads: number
  /** For each disturbance, the seconds until the last run moved again. */
  readonly moved: readonly number[]
  readonly seconds: number
}

const headings = ['fault', '', 'seeds', 'violated', 'batch reads repeated', 'moves again after', 'took']

export function printTable(rows: readonly Row[]): void {
  const cells = rows.map(({ id, title, seeds, violations, repeatedReads, moved, seconds }) => [
    id,
    title,
    String(seeds),
    String(violations),
    String(repeatedReads),
    moved.length === 0 ? '–' : `${median(moved).toFixed(1)} s, at most ${Math.max(...moved).toFixed(1)} s`,
    `${seconds.toFixed(0)} s`,
  ])
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  console.log(`\n${[headings, ...cells].map(line).join('\n')}`)
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
