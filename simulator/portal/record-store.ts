import { type CrmRecord, isoTime, type SeededRecords } from './crm-record.ts'
import { insertSorted, sortedIndexAfter } from './sorted-ids.ts'

export type ReadValue = (record: CrmRecord) => string | null

export interface RecordStoreOptions {
  seeded: SeededRecords | null
  /** The property that contains `updatedAt`. Contacts and companies name it differently. */
  modifiedProperty: string
  computed?: Readonly<Record<string, ReadValue>>
}

const FIRST_ID_OF_EMPTY_STORE = 101
const NO_ID = -1

/** All records of one type: seeded ones are computed on demand, and edits are kept on top of them. */
export class RecordStore {
  readonly #seeded: SeededRecords | null
  readonly #computed: Readonly<Record<string, ReadValue>>
  /** Records that were put since the start; null marks a record that was removed for good. */
  readonly #edited = new Map<number, CrmRecord | null>()
  /** Ids of edited records that no seeded record has, ascending. */
  readonly #added: number[] = []
  readonly #aliases = new Map<number, number>()
  #liveCount: number
  #edits = 0
  #nextId: number

  constructor(options: RecordStoreOptions) {
    this.#seeded = options.seeded
    this.#liveCount = options.seeded?.liveCount ?? 0
    this.#nextId = options.seeded?.nextId ?? FIRST_ID_OF_EMPTY_STORE
    this.#computed = {
      ...options.computed,
      hs_object_id: (record) => String(record.id),
      createdate: (record) => isoTime(record.createdAt),
      [options.modifiedProperty]: (record) => isoTime(record.updatedAt),
    }
  }

  get liveCount(): number {
    return this.#liveCount
  }

  /** Increases with every edit. Results stay valid while this number does not change. */
  get edits(): number {
    return this.#edits
  }

  /** An id that is higher than all ids that were ever used here. */
  takeId(): number {
    return this.#nextId++
  }

  /** The record with exactly this id, archived or not. */
  get(id: number): CrmRecord | undefined {
    const edited = this.#edited.get(id)
    if (edited !== undefined) return edited ?? undefined
    const index = this.#seeded?.indexOf(id)
    return index === undefined ? undefined : this.#seeded?.recordAt(index)
  }

  /** The record that this id stands for. It has a different id if the given one was merged. */
  resolve(id: number): CrmRecord | undefined {
    const record = this.get(id)
    if (record !== undefined) return record
    const alias = this.#aliases.get(id) ?? this.#seeded?.aliasOf(id)
    return alias === undefined ? undefined : this.resolve(alias)
  }

  live(id: number): CrmRecord | undefined {
    const record = this.get(id)
    return record?.archivedAt === null ? record : undefined
  }

  put(record: CrmRecord): void {
    this.#edits++
    const before = this.get(record.id)
    this.#liveCount += Number(record.archivedAt === null) - Number(before?.archivedAt === null)
    if (!this.#edited.has(record.id) && this.#seeded?.indexOf(record.id) === undefined) {
      insertSorted(this.#added, record.id)
    }
    this.#edited.set(record.id, record)
    this.#nextId = Math.max(this.#nextId, record.id + 1)
  }

  /** Removes the record for good. `becomes` is the id that this one stands for from now on. */
  remove(id: number, becomes?: number): void {
    this.#edits++
    if (this.live(id)) this.#liveCount--
    this.#edited.set(id, null)
    if (becomes !== undefined) this.#aliases.set(id, becomes)
  }

  /** Returns a function that reads this property from a record, so that the choice is made once for many records. */
  reader(name: string): ReadValue {
    const computed = Object.hasOwn(this.#computed, name) ? this.#computed[name] : undefined
    return computed ?? ((record) => record.value(name))
  }

  /** Records with a greater id, lowest first. */
  *after(id: number, archived = false): Generator<CrmRecord> {
    const seededCount = this.#seeded?.count ?? 0
    let index = this.#seeded?.firstAfter(id) ?? 0
    let added = sortedIndexAfter(this.#added, id)
    while (index < seededCount || added < this.#added.length) {
      const seededId = index < seededCount ? (this.#seeded?.idAt(index) ?? Infinity) : Infinity
      const addedId = this.#added[added] ?? Infinity
      const record =
        seededId < addedId ? this.#seededRecord(index++, seededId) : this.get(this.#added[added++] ?? NO_ID)
      if (record && (record.archivedAt !== null) === archived) yield record
    }
  }

  /** Live records with a lower id, highest first. */
  *before(id: number): Generator<CrmRecord> {
    let index = (this.#seeded?.firstAfter(id - 1) ?? 0) - 1
    let added = sortedIndexAfter(this.#added, id - 1) - 1
    while (index >= 0 || added >= 0) {
      const seededId = index >= 0 ? (this.#seeded?.idAt(index) ?? -1) : -1
      const addedId = this.#added[added] ?? -1
      const record =
        seededId > addedId ? this.#seededRecord(index--, seededId) : this.get(this.#added[added--] ?? NO_ID)
      if (record?.archivedAt === null) yield record
    }
  }

  #seededRecord(index: number, id: number): CrmRecord | undefined {
    const edited = this.#edited.get(id)
    return edited === undefined ? this.#seeded?.recordAt(index) : (edited ?? undefined)
  }
}
