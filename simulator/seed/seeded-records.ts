import type { CrmRecord, PropertyValues, SeededRecords } from '../portal/crm-record.ts'
import type { IdScheme } from './ids.ts'

/** What the generator of a value knows about its row. */
export interface Row<Kind = unknown> {
  readonly seed: number
  readonly index: number
  readonly kind: Kind
}

export type ValueOf<Kind> = (row: Row<Kind>) => string | null

export interface RowTimes {
  createdAt: number
  updatedAt: number
  archivedAt: number | null
}

export interface SeededRecordsOptions<Kind> {
  seed: number
  count: number
  archivedCount: number
  ids: IdScheme
  generators: Readonly<Record<string, ValueOf<Kind>>>
  kindOf: (seed: number, index: number) => Kind
  timesOf: (row: Row<Kind>) => RowTimes
  isMerged: (index: number) => boolean
}

/** One class and no closures: a batch creates a hundred of them. */
class SeededRecord<Kind> implements CrmRecord {
  readonly id: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly archivedAt: number | null
  readonly #row: Row<Kind>
  readonly #generators: SeededRecordsOptions<Kind>['generators']

  constructor(
    id: number,
    row: Row<Kind>,
    { createdAt, updatedAt, archivedAt }: RowTimes,
    generators: SeededRecordsOptions<Kind>['generators'],
  ) {
    this.id = id
    this.createdAt = createdAt
    this.updatedAt = updatedAt
    this.archivedAt = archivedAt
    this.#row = row
    this.#generators = generators
  }

  value(name: string): string | null {
    return this.#generators[name]?.(this.#row) ?? null
  }

  values(): PropertyValues {
    const values: PropertyValues = {}
    for (const [name, generate] of Object.entries(this.#generators)) {
      const value = generate(this.#row)
      if (value !== null) values[name] = value
    }
    return values
  }
}

/** Records that exist only while they are read: a million of them take no memory. */
export const seededRecords = <Kind>(options: SeededRecordsOptions<Kind>): SeededRecords => {
  const { seed, count, ids, generators, kindOf, timesOf, isMerged } = options
  const recordAt = (index: number): CrmRecord => {
    const row: Row<Kind> = { seed, index, kind: kindOf(seed, index) }
    return new SeededRecord(ids.idAt(index), row, timesOf(row), generators)
  }
  const inRange = (slot: number) => slot >= 0 && slot < count
  return {
    count,
    liveCount: count - options.archivedCount,
    nextId: ids.firstId + count * 3,
    recordAt,
    idAt: ids.idAt,
    indexOf: (id) => {
      const slot = ids.slotOf(id)
      return inRange(slot) && ids.idAt(slot) === id ? slot : undefined
    },
    firstAfter: (id) => {
      const slot = ids.slotOf(id)
      if (slot < 0) return 0
      if (slot >= count) return count
      return ids.idAt(slot) > id ? slot : slot + 1
    },
    aliasOf: (id) => {
      const slot = ids.slotOf(id)
      return inRange(slot) && isMerged(slot) && ids.idAt(slot) !== id ? ids.idAt(slot) : undefined
    },
  }
}
