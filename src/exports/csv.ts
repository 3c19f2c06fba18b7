export type Cell = string | number | boolean | null

/**
 * A line of CSV according to RFC 4180. A text that a spreadsheet would run as a formula gets an apostrophe in front, which
 * spreadsheets hide; a plain number with a sign, such as a phone number, is not one. This is all that is needed of CSV, so
 * there is no library for it.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell)
  const text = startsFormula.test(cell) && !plainNumber.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const startsFormula = /^[=+\-@\t\r]/
const plainNumber = /^[+-]\d+(\.\d+)?$/
