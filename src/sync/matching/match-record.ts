import type { Handle } from '../../records/handle.ts'
import type { RecordDraft } from '../mapping/record-draft.ts'
import type { DirectoryRecord, RecordDirectory } from './record-directory.ts'

/** A handle of a HubSpot record, and our record that holds it. */
export interface Taken {
  readonly handle: Handle
  readonly holder: DirectoryRecord
}

/** What to do with a HubSpot contact or company according to §9 of the behaviours. */
export type Match =
  /**
   * Rule 1 (B44): a record has its id, or the id of a record that was merged into it (B59). `mergedAway` contains
   * further records that followed a record which was merged into it.
   */
  | { readonly kind: 'update'; readonly record: DirectoryRecord; readonly mergedAway: readonly DirectoryRecord[] }
  /** Rule 2a (B46): a record with the same handle is free to be linked. */
  | { readonly kind: 'link'; readonly record: DirectoryRecord }
  /** Rule 3 (B48). */
  | { readonly kind: 'create' }
  /** `linked` is the record that already follows it and stays as it was. */
  | { readonly kind: 'missing-handle'; readonly linked: DirectoryRecord | undefined }
  | { readonly kind: 'account-not-synced'; readonly linked: DirectoryRecord | undefined }
  /** Rule 2b (B47), or a handle of a linked record that another record holds (B50). */
  | {
      readonly kind: 'handle-taken'
      readonly handle: Handle
      readonly holder: DirectoryRecord
      /** Its other handles that other records hold. */
      readonly others: readonly Taken[]
      readonly linked: DirectoryRecord | undefined
    }

/**
 * Finds the record for a draft, rule by rule. `needsHandle`: a handle field is mapped, so the draft needs a handle
 * (B45).
 */
export function matchRecord(draft: RecordDraft, directory: RecordDirectory, needsHandle: boolean): Match {
  const { linked, mergedAway } = findLinked(draft, directory)
  if (draft.account.kind === 'not-synced') return { kind: 'account-not-synced', linked }
  // If HubSpot no longer has a handle property, that handle is not synced, but the rest of a linked contact is.
  if (needsHandle && draft.handles.length === 0 && !(linked && draft.hasUnknownHandles)) {
    return { kind: 'missing-handle', linked }
  }
  if (linked !== undefined) {
    const [taken, ...others] = findTaken(draft, directory, [linked, ...mergedAway])
    return taken ? { kind: 'handle-taken', ...taken, others, linked } : { kind: 'update', record: linked, mergedAway }
  }
  const [found, ...rest] = findTaken(draft, directory, [])
  if (found === undefined) return { kind: 'create' }
  if (isLinked(found.holder)) return { kind: 'handle-taken', ...found, others: rest, linked: undefined }
  const [taken, ...others] = rest.filter(({ holder }) => holder !== found.holder)
  return taken ? { kind: 'handle-taken', ...taken, others, linked: undefined } : { kind: 'link', record: found.holder }
}

/**
 * The record that follows this one or, in the order of `mergedIds`, one that was merged into it; and the others among
 * those.
 */
function findLinked(draft: RecordDraft, directory: RecordDirectory) {
  const own = directory.byExternalId(String(draft.hubspotId))
  const merged = draft.mergedIds.flatMap((id) => directory.byExternalId(String(id)) ?? [])
  const [linked, ...mergedAway] = own === undefined ? merged : [own, ...merged]
  return { linked, mergedAway }
}

const none: readonly Taken[] = []

/** The draft's handles that records other than these hold, in the order in which they decide. */
function findTaken(draft: RecordDraft, directory: RecordDirectory, by: readonly DirectoryRecord[]): readonly Taken[] {
  // Nearly always there are none, and no array is made.
  let found: Taken[] | undefined
  for (const handle of draft.handles) {
    const holder = directory.holderOf(handle)
    if (holder === undefined || by.includes(holder)) continue
    found ??= []
    found.push({ handle, holder })
  }
  return found ?? none
}

/**
 * B46: a record whose HubSpot record was deleted or merged counts as free; one that is out of scope counts as linked.
 * An external id without a link was set through the API and claims a HubSpot record just as well.
 */
function isLinked(record: DirectoryRecord): boolean {
  if (record.link === null) return record.externalId !== null
  return record.link.state === 'ACTIVE' || record.link.state === 'OUT_OF_SCOPE'
}
