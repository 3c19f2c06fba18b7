import { type Handle, handleKey } from '../../records/handle.ts'
import type { HandleRow, LinkRow, RecordChanges, RecordRow } from '../../records/record-changes.ts'
import type { HeldHandle, JsonValue, StoredLink, StoredRecord } from '../../records/stored-record.ts'

/** The current state of a record while a page is processed. */
export interface DirectoryRecord {
  readonly id: string
  externalId: string | null
  name: string
  description: string
  links: readonly string[]
  /** Without a prototype, where a key such as "constructor" would be found. */
  customFields: Record<string, JsonValue>
  accountId: string | null
  accountFromHubspot: boolean
  readonly handles: Map<string, HeldHandle>
  link: StoredLink | null
  /** As loaded; null for a record that this page creates. */
  readonly stored: StoredRecord | null
}

/**
 * The part of the store that a page can touch, in memory. Each HubSpot record of the page sees the changes of the
 * previous ones, as if they had been written row by row. The changes are then written as sets.
 */
export class RecordDirectory {
  readonly #byId = new Map<string, DirectoryRecord>()
  readonly #byExternalId = new Map<string, DirectoryRecord>()
  readonly #byHandle = new Map<string, DirectoryRecord>()

  constructor(stored: readonly StoredRecord[]) {
    for (const record of stored) {
      this.#add({
        ...record,
        customFields: { __proto__: null, ...record.customFields } as Record<string, JsonValue>,
        handles: new Map(record.handles.map((handle) => [handleKey(handle), handle])),
        stored: record,
      })
    }
  }

  /**
   * The contents of the store for the given ids and handles after the changes in this directory are written. `stored`
   * is what was found for them before.
   */
  overlay(
    stored: readonly StoredRecord[],
    wanted: { readonly externalIds: readonly string[]; readonly handles: readonly Handle[] },
  ): StoredRecord[] {
    const known = new Set<DirectoryRecord>()
    for (const externalId of wanted.externalIds) addTo(known, this.byExternalId(externalId))
    for (const handle of wanted.handles) addTo(known, this.holderOf(handle))
    return [...stored.filter(({ id }) => !this.#byId.has(id)), ...[...known].map(asStored)]
  }

  byExternalId(externalId: string): DirectoryRecord | undefined {
    return this.#byExternalId.get(externalId)
  }

  holderOf(handle: Handle): DirectoryRecord | undefined {
    return this.#byHandle.get(handleKey(handle))
  }

  create(id: string): DirectoryRecord {
    const record: DirectoryRecord = {
      id,
      externalId: null,
      name: '',
      description: '',
      links: [],
      customFields: Object.create(null) as Record<string, JsonValue>,
      accountId: null,
      accountFromHubspot: false,
      handles: new Map(),
      link: null,
      stored: null,
    }
    this.#add(record)
    return record
  }

  /** Makes the record follow `link` from now on, under its id (B43). */
  linkTo(record: DirectoryRecord, link: StoredLink): void {
    if (record.externalId !== null) this.#byExternalId.delete(record.externalId)
    record.externalId = String(link.hubspotId)
    record.link = link
    this.#byExternalId.set(record.externalId, record)
  }

  /**
   * The HubSpot record that it followed is now part of the one that `survivor` follows. The survivor takes over these
   * handles (B59).
   */
  mergeAway(record: DirectoryRecord, handles: readonly Handle[]): void {
    if (record.externalId !== null) this.#byExternalId.delete(record.externalId)
    record.externalId = null
    if (record.link !== null) record.link = { ...record.link, state: 'MERGED_AWAY', rowHash: null, isHeld: false }
    for (const handle of handles) if (record.handles.has(handleKey(handle))) this.removeHandle(record, handle)
  }

  addHandle(record: DirectoryRecord, handle: HeldHandle): void {
    const key = handleKey(handle)
    record.handles.set(key, handle)
    this.#byHandle.set(key, record)
  }

  removeHandle(record: DirectoryRecord, handle: Handle): void {
    const key = handleKey(handle)
    record.handles.delete(key)
    this.#byHandle.delete(key)
  }

  /** The differences from the store as loaded. */
  changes(): RecordChanges {
    const created: RecordRow[] = []
    const updated: RecordRow[] = []
    const removedHandles: HandleRow[] = []
    const addedHandles: HandleRow[] = []
    const unlinkedIds: string[] = []
    const linked: LinkRow[] = []
    const mergedAway: bigint[] = []
    for (const record of this.#byId.values()) {
      if (record.stored === null) {
        created.push(toRow(record))
        for (const handle of record.handles.values()) addedHandles.push({ ...handle, recordId: record.id })
        if (record.link !== null) linked.push(toLinkRow(record, record.link))
        continue
      }
      const before = record.stored.handles
      const kept = new Set(before.map(handleKey))
      const removed = before.filter((handle) => !record.handles.has(handleKey(handle)))
      const added = [...record.handles].flatMap(([key, handle]) => (kept.has(key) ? [] : handle))
      for (const handle of removed) removedHandles.push({ ...handle, recordId: record.id })
      for (const handle of added) addedHandles.push({ ...handle, recordId: record.id })
      const previous = record.stored.link
      // A record with changes only to its handles or link also counts as changed for its readers (B6).
      if (removed.length + added.length > 0 || isMoved(record.link, previous) || differs(record, record.stored)) {
        updated.push(toRow(record))
      }
      if (record.link === null || record.link === previous) continue
      const { hubspotId, state } = record.link
      if (previous !== null && previous.hubspotId !== hubspotId) unlinkedIds.push(record.id)
      if (state === 'MERGED_AWAY' && previous?.hubspotId === hubspotId) mergedAway.push(hubspotId)
      else linked.push(toLinkRow(record, record.link))
    }
    return { created, updated, removedHandles, addedHandles, unlinkedIds, linked, mergedAway }
  }

  #add(record: DirectoryRecord): void {
    this.#byId.set(record.id, record)
    if (record.externalId !== null) this.#byExternalId.set(record.externalId, record)
    for (const key of record.handles.keys()) this.#byHandle.set(key, record)
  }
}

function addTo(records: Set<DirectoryRecord>, record: DirectoryRecord | undefined): void {
  if (record !== undefined) records.add(record)
}

function asStored({ stored: _, ...record }: DirectoryRecord): StoredRecord {
  return { ...record, handles: [...record.handles.values()] }
}

function isMoved(link: StoredLink | null, previous: StoredLink | null): boolean {
  return link?.hubspotId !== previous?.hubspotId || link?.state !== previous?.state
}

function toRow(record: DirectoryRecord): RecordRow {
  const { id, externalId, name, description, links, customFields, accountId, accountFromHubspot } = record
  return { id, externalId, name, description, links, customFields, accountId, accountFromHubspot }
}

const toLinkRow = ({ id }: DirectoryRecord, { hubspotId, state, rowHash }: StoredLink): LinkRow => ({
  hubspotId,
  recordId: id,
  state,
  rowHash,
})

/** Field by field. `DirectoryRecord` replaces values only if they differ, so comparing identities is enough. */
function differs(record: DirectoryRecord, stored: StoredRecord): boolean {
  return (
    record.externalId !== stored.externalId ||
    record.name !== stored.name ||
    record.description !== stored.description ||
    record.links !== stored.links ||
    record.accountId !== stored.accountId ||
    record.accountFromHubspot !== stored.accountFromHubspot ||
    !sameValues(record.customFields, stored.customFields)
  )
}

function sameValues(a: Readonly<Record<string, JsonValue>>, b: Readonly<Record<string, JsonValue>>): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
}
