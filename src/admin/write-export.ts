import { createWriteStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Queryable } from '../database/database.ts'
import { type ExportPosition, exportWorkspace, positionOf } from '../lifecycle/export-workspace.ts'
import { InvalidInputError } from '../user-errors.ts'

/** The longest line that is looked for at the end of a file. A preview is the largest row, of a few megabytes. */
const longestLine = 64 * 1024 * 1024

/**
 * Writes the export of a workspace to a file. If the file has the beginning of an export, it continues after the last
 * whole line. Returns the number of written lines. Throws InvalidInputError and NotFoundError.
 */
export async function exportToFile(queryable: Queryable, workspaceId: string, file: string): Promise<number> {
  const { after, size } = await endOfFile(file, workspaceId)
  const target = createWriteStream(file, size === 0 ? { flags: 'w' } : { flags: 'r+', start: size })
  return exportTo(queryable, workspaceId, after, target)
}

/** Writes the export to a stream, at the pace of its reader. Returns the number of written lines. */
export async function exportTo(
  queryable: Queryable,
  workspaceId: string,
  after: ExportPosition | null,
  target: Writable,
): Promise<number> {
  let count = 0
  async function* counted() {
    for await (const line of exportWorkspace(queryable, workspaceId, { after })) {
      count++
      yield line
    }
  }
  await pipeline(Readable.from(counted()), target, { end: target !== process.stdout })
  return count
}

/** Cuts off a line that was not finished, and returns the position of the last whole one. */
async function endOfFile(file: string, workspaceId: string): Promise<{ after: ExportPosition | null; size: number }> {
  const length = await stat(file).then(
    ({ size }) => size,
    () => 0,
  )
  if (length === 0) return { after: null, size: 0 }
  const handle = await open(file, 'r+')
  try {
    const head = Buffer.alloc(Math.min(length, 1_000))
    await handle.read(head, 0, head.length, 0)
    const [first = ''] = head.toString().split('\n')
    if (positionOf(first) !== null || JSON.parse(first).workspaceId !== workspaceId) {
      throw unusable(`${file} is not an export of this workspace. Choose another file.`)
    }
    const tail = Buffer.alloc(Math.min(length, longestLine))
    await handle.read(tail, 0, tail.length, length - tail.length)
    const end = tail.lastIndexOf(10)
    const last = tail.subarray(tail.lastIndexOf(10, end - 1) + 1, end).toString()
    const after = positionOf(last)
    if (after === 'end') throw unusable(`The export in ${file} is complete. Choose another file for a new one.`)
    const size = length - tail.length + end + 1
    await handle.truncate(size)
    // The first line is written again if nothing follows it.
    return after == null ? { after: null, size: 0 } : { after, size }
  } finally {
    await handle.close()
  }
}

function unusable(message: string): InvalidInputError {
  return new InvalidInputError([{ path: ['out'], message }])
}
