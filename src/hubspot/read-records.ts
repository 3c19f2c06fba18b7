import { HubSpotUnreadableError } from './errors.ts'
import type { HttpAnswer } from './http.ts'
import { parseJson, toId } from './parse-answer.ts'
import type { HubSpotRecord } from './portal.ts'

/**
 * Reads the answer of a batch/read. Checked by hand instead of by a schema: this runs for every contact of every run.
 *
 * Part of the records may be missing (status 207). Those that HubSpot calls not found are simply absent; with any other
 * reason they are there as unreadable, since taking them for deleted would be wrong. Throws HubSpotUnreadableError when
 * not even the ids can be told.
 */
export function readRecords(answer: HttpAnswer): HubSpotRecord[] {
  const body = parseJson(answer) as Body
  const records = new Map<bigint, HubSpotRecord>()
  for (const result of resultsOf(body)) {
    const record = readRecord(result)
    records.set(record.id, record)
  }
  const errors = body?.errors
  if (Array.isArray(errors))
    for (const error of errors) for (const record of unreadRecords(error)) records.set(record.id, record)
  return [...records.values()]
}

/** Reads a page of records, in the order in which HubSpot gives them. Throws HubSpotUnreadableError. */
export function readRecordPage(answer: HttpAnswer): { records: HubSpotRecord[]; next: string | null } {
  const body = parseJson(answer) as Body
  const next = body?.paging?.next?.after
  return { records: resultsOf(body).map(readRecord), next: typeof next === 'string' ? next : null }
}

type Body = {
  readonly results?: unknown
  readonly errors?: unknown
  readonly paging?: { readonly next?: { readonly after?: unknown } | null } | null
} | null

function resultsOf(body: Body): Result[] {
  if (Array.isArray(body?.results)) return body.results
  throw new HubSpotUnreadableError('HubSpot answered a call for records without results.')
}

type Result = { readonly id?: unknown; readonly properties?: unknown } | null

function readRecord(result: Result): HubSpotRecord {
  const id = toId(result?.id)
  if (id === null) throw new HubSpotUnreadableError('HubSpot sent a record that has no id.')
  const properties = result?.properties
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) {
    return { id, properties: {}, unreadable: 'HubSpot sent it without properties.' }
  }
  for (const name in properties) {
    const value = (properties as Record<string, unknown>)[name]
    if (typeof value !== 'string' && value !== null) {
      return { id, properties: {}, unreadable: `HubSpot sent a value of ${name} that is no text.` }
    }
  }
  return { id, properties: properties as Record<string, string | null> }
}

interface BatchError {
  readonly category?: unknown
  readonly message?: unknown
  readonly context?: { readonly ids?: unknown }
}

function unreadRecords(error: BatchError | null): HubSpotRecord[] {
  if (error?.category === 'OBJECT_NOT_FOUND') return []
  const ids = Array.isArray(error?.context?.ids) ? error.context.ids.map(toId) : []
  if (ids.length === 0 || ids.includes(null)) {
    throw new HubSpotUnreadableError(`HubSpot failed on part of a batch/read: ${String(error?.message)}`)
  }
  return ids.flatMap((id) =>
    id === null ? [] : { id, properties: {}, unreadable: `HubSpot: ${String(error?.message)}` },
  )
}
