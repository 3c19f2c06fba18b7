import { setImmediate } from 'node:timers/promises'
import type { Queryable } from '../../database/database.ts'
import type { HubSpotRecord } from '../../hubspot/portal.ts'
import { type AccountOfContact, draftRecord, hubspotNameOf, type RecordDraft } from '../mapping/record-draft.ts'
import { rowHash } from '../mapping/row-hash.ts'
import type { RunPart } from '../reading/run-part.ts'
import type { Run } from '../runs/run.ts'

/**
 * A HubSpot record of a page: unchanged if the store already holds what it says (B52), otherwise with its draft. A
 * record is given up if workers ended at it again and again; it is not even read.
 */
export type PageEntry =
  | {
      readonly kind: 'unreadable'
      readonly hubspotId: bigint
      readonly reason: string
      readonly hubspotName: string | null
    }
  | { readonly kind: 'given-up'; readonly hubspotId: bigint }
  | { readonly kind: 'excluded'; readonly hubspotId: bigint }
  | { readonly kind: 'unchanged'; readonly hubspotId: bigint }
  | { readonly kind: 'draft'; readonly hubspotId: bigint; readonly draft: RecordDraft }

/**
 * Finds the records that need no write, by id and hash only, in one read-only statement. Records with an open error are
 * processed even if they did not change, since the obstacle may be gone (B54). If nothing was linked when this part of
 * the run began, nothing can be unchanged, and the statement is skipped.
 */
export async function preparePage(
  queryable: Queryable,
  { workspaceId, checkpoint }: Run,
  part: RunPart,
  records: readonly HubSpotRecord[],
  accounts: ReadonlyMap<bigint, AccountOfContact>,
): Promise<PageEntry[]> {
  const hashed = hashPage(part, records, accounts)
  const { links } = part.store
  const ids = hashed.map(({ record }) => record.hubspotId)
  const hashes = hashed.map(({ hash }) => hash)
  const unchanged =
    checkpoint.linksAtStart === 0
      ? none
      : await links.findUnchanged(queryable, workspaceId, part.objectType, ids, hashes)
  const entries: PageEntry[] = []
  for (const one of hashed) {
    // Yields to the event loop, so that the previous page can receive PostgreSQL's answer and send its next statement.
    if (entries.length % draftsAtOnce === draftsAtOnce - 1) await setImmediate()
    entries.push(toEntry(part, one, unchanged.has(one.record.hubspotId)))
  }
  return entries
}

const draftsAtOnce = 40
const none: ReadonlySet<bigint> = new Set()

/** Drafts every record, unchanged or not. */
export function draftPage(
  part: RunPart,
  records: readonly HubSpotRecord[],
  accounts: ReadonlyMap<bigint, AccountOfContact>,
): PageEntry[] {
  return hashPage(part, records, accounts).map((one) => toEntry(part, one, false))
}

interface HashedRecord {
  readonly record: HubSpotRecord
  readonly account: AccountOfContact
  readonly hash: bigint
}

/** Records that are not in `accounts` are out of scope. */
function hashPage(
  { plan }: RunPart,
  records: readonly HubSpotRecord[],
  accounts: ReadonlyMap<bigint, AccountOfContact>,
): HashedRecord[] {
  return records.flatMap((record) => {
    const account = accounts.get(record.hubspotId)
    return account === undefined ? [] : { record, account, hash: rowHash(record, plan, account) }
  })
}

function toEntry(part: RunPart, { record, account, hash }: HashedRecord, isUnchanged: boolean): PageEntry {
  const { hubspotId } = record
  const unreadable = record.unreadable ?? (account.kind === 'unreadable' ? account.reason : undefined)
  if (part.excludedIds.has(hubspotId)) return { kind: 'excluded', hubspotId }
  if (unreadable !== undefined) {
    return { kind: 'unreadable', hubspotId, reason: unreadable, hubspotName: hubspotNameOf(record, part.plan) }
  }
  if (isUnchanged) return { kind: 'unchanged', hubspotId }
  return { kind: 'draft', hubspotId, draft: draftRecord(record, part.plan, account, hash) }
}
