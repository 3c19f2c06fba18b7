import { pause, WakeUp } from '../../broker/wake-up.ts'
import { patiently } from '../../database/database-away.ts'
import type { SyncError } from '../../generated/prisma/client.ts'
import type { SyncContext } from '../sync-context.ts'

/** Announcements can be lost, so a watcher also checks at this interval. */
const lookAgainMs = 5_000
const minIntervalMs = 100
const pageSize = 200
/**
 * Ids rise with time, but two runs may commit out of order. A watcher looks back this far for errors that arrived late.
 */
const lateMs = 2_000

/**
 * Yields each error that is opened after the given one, or from now on, in the order in which they were raised, until
 * `signal` aborts; then throws its reason. A problem that returns after it was resolved is a new error (B54). With
 * `after`, errors of the two seconds before it may be repeated, but none is omitted. While the database is unavailable,
 * it waits.
 */
export async function* watchErrors(
  { database, announcements }: Pick<SyncContext, 'database' | 'announcements'>,
  workspaceId: string,
  after: string | null,
  signal: AbortSignal,
): AsyncGenerator<SyncError> {
  const leaving = new AbortController()
  const until = AbortSignal.any([signal, leaving.signal])
  // Only runs open errors, and a run announces that it moved.
  const wakeUp = new WakeUp(await announcements.subscribe('run-progressed', workspaceId, until))
  const { syncError } = database.prisma
  let position = after ?? (await patiently(() => lastId(database, workspaceId), until))
  const told = new Set(after === null ? await idsBehind(lateBound(position)) : [after])

  async function idsBehind(bound: string) {
    const where = { workspaceId, id: { gt: bound } }
    const rows = await patiently(() => syncError.findMany({ where, select: { id: true } }), until)
    return rows.map((row) => row.id)
  }

  try {
    for (;;) {
      const bound = lateBound(position)
      for (const id of told) if (id <= bound) told.delete(id)
      const ids = (await idsBehind(bound)).filter((id) => !told.has(id)).sort()
      for (let start = 0; start < ids.length; start += pageSize) {
        const where = { workspaceId, id: { in: ids.slice(start, start + pageSize) } }
        const page = await patiently(() => syncError.findMany({ where, orderBy: { id: 'asc' } }), until)
        for (const error of page) {
          told.add(error.id)
          if (error.id > position) position = error.id
          yield error
        }
      }
      await pause(minIntervalMs, until)
      await wakeUp.wait(lookAgainMs, until)
    }
  } finally {
    leaving.abort()
  }
}

async function lastId({ prisma }: SyncContext['database'], workspaceId: string): Promise<string> {
  const last = await prisma.syncError.findFirst({
    where: { workspaceId },
    orderBy: [{ workspaceId: 'desc' }, { id: 'desc' }],
    select: { id: true },
  })
  return last?.id ?? '00000000-0000-0000-0000-000000000000'
}

/** An id whose time is {@link lateMs} before that of the given id: a UUIDv7 begins with milliseconds. */
function lateBound(id: string): string {
  const ms = Math.max(0, Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) - lateMs)
  const hex = ms.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}
