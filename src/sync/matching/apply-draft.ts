import { handleKey } from '../../records/handle.ts'
import type { JsonValue, StoredLink } from '../../records/stored-record.ts'
import type { RecordDraft } from '../mapping/record-draft.ts'
import type { DirectoryRecord, RecordDirectory } from './record-directory.ts'

/**
 * Changes `record` to match the draft: link, fields, account, and the handles that follow HubSpot (B49). Returns
 * whether anything that a reader sees has changed. `mergedAway` contains the other records that followed a record which
 * was merged into this one (B59).
 */
export function applyDraft(
  draft: RecordDraft,
  record: DirectoryRecord,
  directory: RecordDirectory,
  mergedAway: readonly DirectoryRecord[] = [],
): boolean {
  for (const other of mergedAway) directory.mergeAway(other, draft.handles)
  const relinked = applyLink(draft, record, directory)
  const rewritten = applyFields(draft, record)
  const moved = applyAccount(draft, record)
  const readdressed = applyHandles(draft, record, directory)
  return mergedAway.length > 0 || relinked || rewritten || moved || readdressed
}

function applyLink(draft: RecordDraft, record: DirectoryRecord, directory: RecordDirectory): boolean {
  const before = record.link
  const link: StoredLink = { hubspotId: draft.hubspotId, state: 'ACTIVE', rowHash: draft.rowHash, isHeld: false }
  const follows = before !== null && before.hubspotId === link.hubspotId && before.state === 'ACTIVE'
  // A link that is already right stays the same object, and so costs no write.
  if (!(follows && before.rowHash === link.rowHash && !before.isHeld)) directory.linkTo(record, link)
  return !follows
}

function applyFields({ fields }: RecordDraft, record: DirectoryRecord): boolean {
  let changed = false
  if (fields.name !== undefined && fields.name !== record.name) {
    record.name = fields.name
    changed = true
  }
  if (fields.description !== undefined && fields.description !== record.description) {
    record.description = fields.description
    changed = true
  }
  if (fields.links !== undefined && !sameList(fields.links, record.links)) {
    record.links = fields.links
    changed = true
  }
  for (const [key, value] of fields.customFields) changed = setCustomField(record, key, value) || changed
  return changed
}

/** An account that was attached by hand stays, even if HubSpot has a different one (B67). */
function applyAccount({ account }: RecordDraft, record: DirectoryRecord): boolean {
  if (account.kind !== 'attached' && account.kind !== 'none') return false
  if (record.accountId !== null && !record.accountFromHubspot) return false
  const accountId = account.kind === 'attached' ? account.accountId : null
  const isMoved = record.accountId !== accountId
  record.accountId = accountId
  record.accountFromHubspot = accountId !== null
  return isMoved
}

/** Null clears the field (B36). */
function setCustomField(record: DirectoryRecord, key: string, value: JsonValue | null): boolean {
  if (value === null) {
    if (!Object.hasOwn(record.customFields, key)) return false
    delete record.customFields[key]
    return true
  }
  if (record.customFields[key] === value) return false
  record.customFields[key] = value
  return true
}

/** Handles that the sync wrote follow HubSpot. Handles that existed before, or were added locally, stay (B49). */
function applyHandles(draft: RecordDraft, record: DirectoryRecord, directory: RecordDirectory): boolean {
  let changed = false
  if (record.handles.size > 0) {
    const wanted = new Set(draft.handles.map(handleKey))
    for (const [key, handle] of record.handles) {
      if (!handle.fromHubspot || wanted.has(key) || !draft.handleSources.has(handle.source)) continue
      directory.removeHandle(record, handle)
      changed = true
    }
  }
  for (const handle of draft.handles) {
    if (record.handles.has(handleKey(handle))) continue
    directory.addHandle(record, { ...handle, fromHubspot: true })
    changed = true
  }
  return changed
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}
