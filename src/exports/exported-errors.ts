import type { Database } from '../database/database.ts'
import type { SyncError } from '../generated/prisma/client.ts'
import { type ErrorFilter, errorsWhere } from '../sync/errors/error-filter.ts'
import { type ExportedTable, globalId } from './exported-table.ts'

const rowsAtOnce = 500

/** The errors of a workspace that match the filter, oldest first. For admins. */
export function openErrors(
  { prisma }: Database,
  workspaceId: string,
  filter: ErrorFilter,
): ExportedTable<ReturnType<typeof exported>> {
  return {
    columns,
    toCells: (error) => columns.map((column) => error[column]),
    async *pages() {
      const where = errorsWhere(workspaceId, filter)
      let after: string | undefined
      for (;;) {
        const behind = after === undefined ? where : { ...where, id: { gt: after } }
        const rows = await prisma.syncError.findMany({ where: behind, orderBy: { id: 'asc' }, take: rowsAtOnce })
        after = rows.at(-1)?.id
        if (after === undefined) return
        yield rows.map(exported)
      }
    },
  }
}

const columns = [
  'id',
  'type',
  'status',
  'objectType',
  'hubspotId',
  'hubspotName',
  'property',
  'message',
  'contactId',
  'accountId',
  'firstSeenAt',
  'lastSeenAt',
  'resolvedAt',
] as const

function exported(error: SyncError) {
  return {
    id: globalId('SyncError', error.id),
    type: error.type,
    status: error.status,
    objectType: error.objectType,
    // 0 is a problem that is not about a single record.
    hubspotId: error.hubspotId === 0n ? null : String(error.hubspotId),
    hubspotName: error.hubspotName,
    property: error.property,
    message: error.message,
    contactId: error.contactId === null ? null : globalId('Contact', error.contactId),
    accountId: error.accountId === null ? null : globalId('Account', error.accountId),
    firstSeenAt: error.firstSeenAt.toISOString(),
    lastSeenAt: error.lastSeenAt.toISOString(),
    resolvedAt: error.resolvedAt?.toISOString() ?? null,
  }
}
