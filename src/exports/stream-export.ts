import { findViewer } from '../auth/find-viewer.ts'
import { requireAccess } from '../auth/permissions.ts'
import type { Viewer } from '../auth/viewer.ts'
import type { Database } from '../database/database.ts'
import { ForbiddenError } from '../user-errors.ts'
import { csvLine } from './csv.ts'
import type { ExportFormat, LinkedExport } from './export-links.ts'
import { openContacts } from './exported-contacts.ts'
import { openErrors } from './exported-errors.ts'
import type { ExportedTable } from './exported-table.ts'

export interface StreamOptions {
  /** After this time, the viewer's rights are looked up again. */
  readonly recheckMs: number
}

/**
 * Yields the export in pieces of a page, and reads the next page only when the last piece is taken. Throws ForbiddenError
 * at the beginning, and also later, if the viewer may not read it, or no longer.
 */
export async function* streamExport(
  database: Database,
  link: LinkedExport,
  { recheckMs }: StreamOptions,
): AsyncGenerator<string> {
  const { format } = link.request
  const viewer = await requireViewer(database, link)
  const table: ExportedTable<object> =
    link.request.kind === 'contacts'
      ? ((await openContacts(database, viewer, link.request.filter)) as ExportedTable<object>)
      : (openErrors(database, viewer.workspaceId, link.request.filter) as ExportedTable<object>)
  if (format === 'CSV') yield csvLine(table.columns)
  let checkedAt = performance.now()
  for await (const rows of table.pages()) {
    if (performance.now() - checkedAt >= recheckMs) {
      await requireViewer(database, link)
      checkedAt = performance.now()
    }
    yield textOf(rows, format, table)
  }
}

function textOf(rows: readonly object[], format: ExportFormat, { toCells }: ExportedTable<object>): string {
  return rows.map((row) => (format === 'CSV' ? csvLine(toCells(row)) : `${JSON.stringify(row)}\n`)).join('')
}

async function requireViewer(database: Database, link: LinkedExport): Promise<Viewer> {
  const viewer = await findViewer(database, link)
  if (viewer === null) throw new ForbiddenError('You no longer have access to this workspace.')
  requireAccess(link.request.kind === 'contacts' ? 'member' : 'admin', viewer, 'READ')
  return viewer
}
