import type { PartialAnswer } from './ask-for-all.ts'
import { HubSpotUnreadableError } from './errors.ts'
import type { HttpAnswer } from './http.ts'
import { parseJson, toId } from './parse-answer.ts'
import type { HubSpotRecord } from './portal.ts'
import { readBatchErrors } from './read-batch-errors.ts'
import { readCursor } from './read-cursor.ts'

/**
 * Reads the answer of a batch/read. Checked by hand instead of by a schema, because this runs for every contact of
 * every run.
 *
 * Records may be missing (status 207): `absent` contains those that HubSpot calls not found. A record that HubSpot
 * failed on, or sent in an unexpected shape, is returned as unreadable, since it must not be taken for deleted. A
 * record without a readable id is omitted, and so has no answer yet. Throws HubSpotUnreadableError if there is no list
 * of results.
 */
export function readRecords(answer: HttpAnswer): PartialAnswer<HubSpotRecord> {
  const body = parseJson(answer) as Body
  const records = new Map<bigint, HubSpotRecord>()
  for (const result of resultsOf(body)) {
    const record = readRecord(result)
    if (typeof record === 'string') continue
    if (record.unreadable === undefined || !records.has(record.hubspotId)) records.set(record.hubspotId, record)
  }
  const { absent, failed, fault } = readBatchErrors(body?.errors)
  for (const [hubspotId, unreadable] of failed) {
    if (!records.has(hubspotId)) records.set(hubspotId, { hubspotId, properties: {}, unreadable })
  }
  return { found: [...records.values()], absent, fault }
}

/** Reads a page of records, in HubSpot's order. Throws HubSpotUnreadableError. */
export function readRecordPage(answer: HttpAnswer): { records: HubSpotRecord[]; next: string | null } {
  const body = parseJson(answer) as Body
  const records = resultsOf(body).map((result) => {
    const record = readRecord(result)
    if (typeof record === 'string') throw new HubSpotUnreadableError(`HubSpot sent a record ${record}.`)
    return record
  })
  const cursor = readCursor(body?.paging)
  if ('odd' in cursor)
    throw new HubSpotUnreadableError(`HubSpot's answer does not say where the next page is: ${cursor.odd}.`)
  return { records, next: cursor.next }
}

type Body = { readonly results?: unknown; readonly errors?: unknown; readonly paging?: unknown } | null

function resultsOf(body: Body): Result[] {
  if (Array.isArray(body?.results)) return body.results
  throw new HubSpotUnreadableError("HubSpot's answer about records has no list of results.")
}

type Result = { readonly id?: unknown; readonly properties?: unknown } | null

/** Returns what is wrong if not even the id can be read. */
function readRecord(result: Result): HubSpotRecord | string {
  const hubspotId = toId(result?.id)
  if (hubspotId === null) return 'that has no id'
  const properties = result?.properties
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) {
    return { hubspotId, properties: {}, unreadable: 'HubSpot sent it without properties.' }
  }
  const values = properties as Record<string, unknown>
  // Every record has this property, requested or not. If it differs, these are another record's values.
  if (typeof values.hs_object_id === 'string' && toId(values.hs_object_id) !== hubspotId) return `with two ids`
  for (const name in values) {
    const value = values[name]
    if (typeof value !== 'string' && value !== null) {
      return { hubspotId, properties: {}, unreadable: `HubSpot sent a value of ${name} that is not text.` }
    }
  }
  return { hubspotId, properties: properties as Record<string, string | null> }
}
