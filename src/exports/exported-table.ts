import type { Cell } from './csv.ts'

/** Rows to export, page by page, so that memory does not grow with their number. */
export interface ExportedTable<Row extends object> {
  /** The header of a CSV file. */
  readonly columns: readonly string[]
  readonly toCells: (row: Row) => readonly Cell[]
  pages(): AsyncGenerator<readonly Row[]>
}

/** A global id as the API returns it. */
export function globalId(type: string, id: string): string {
  return Buffer.from(`${type}:${id}`).toString('base64')
}
