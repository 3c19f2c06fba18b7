import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ExportFormat, ExportLinks } from '../exports/export-links.ts'
import { streamExport } from '../exports/stream-export.ts'
import { UserError } from '../user-errors.ts'
import { jsonAnswer, sendAnswer } from './answer.ts'
import type { ServerContext } from './server-context.ts'

/** Simultaneous exports of a workspace in this process. Each reads page after page without a pause. */
const mostAtOnce = 2
/** A client that takes nothing for this long is disconnected. */
const patienceMs = 60_000

const types: Record<ExportFormat, { readonly type: string; readonly extension: string }> = {
  JSONL: { type: 'application/x-ndjson; charset=utf-8', extension: 'jsonl' },
  CSV: { type: 'text/csv; charset=utf-8; header=present', extension: 'csv' },
}

/** Answers requests for links that `exportContacts` and `exportSyncErrors` returned. */
export function openExports(
  { database, log }: Pick<ServerContext, 'database' | 'log'>,
  links: ExportLinks,
  recheckMs: number,
): (path: string, response: ServerResponse) => Promise<void> {
  const underWay = new Map<string, number>()
  return async (path, response) => {
    const link = links.open(path)
    if (link === null) {
      const error = 'This link has expired or is not valid. Request a new export.'
      return sendAnswer(response, jsonAnswer(404, { error }))
    }
    const { workspaceId, request } = link
    const others = underWay.get(workspaceId) ?? 0
    if (others >= mostAtOnce) {
      const { status, headers, body } = jsonAnswer(429, { error: 'Other exports of this workspace are still running.' })
      return sendAnswer(response, { status, headers: { ...headers, 'retry-after': '10' }, body })
    }
    underWay.set(workspaceId, others + 1)
    try {
      const pieces = streamExport(database, link, { recheckMs })
      // The first piece shows whether the viewer has access. After it, only a broken connection can say that something failed.
      const first = await pieces.next()
      const { type, extension } = types[request.format]
      response.writeHead(200, {
        'content-type': type,
        'content-disposition': `attachment; filename="${request.kind}.${extension}"`,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      })
      response.setTimeout(patienceMs, () => response.destroy())
      await pipeline(Readable.from(withFirst(first, pieces), { objectMode: true, highWaterMark: 1 }), response)
    } catch (error) {
      if (response.headersSent) {
        if (!response.destroyed || error instanceof UserError)
          log.info({ err: error, workspaceId }, 'an export broke off')
        response.destroy()
      } else if (error instanceof UserError) {
        sendAnswer(response, jsonAnswer(error.code === 'FORBIDDEN' ? 403 : 400, { error: error.message }))
      } else throw error
    } finally {
      const left = (underWay.get(workspaceId) ?? 1) - 1
      if (left > 0) underWay.set(workspaceId, left)
      else underWay.delete(workspaceId)
    }
  }
}

async function* withFirst(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (first.done === true) return
  yield first.value
  yield* rest
}
