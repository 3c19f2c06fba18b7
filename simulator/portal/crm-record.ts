export type ObjectType = 'contacts' | 'companies'

export const OBJECT_TYPE_IDS: Readonly<Record<ObjectType, string>> = { contacts: '0-1', companies: '0-2' }

/** Values as HubSpot stores them: everything is text, and both null and '' mean empty. */
export type PropertyValues = Record<string, string | null>

/** One contact or company. Times are epoch milliseconds. `archivedAt` is null while it is live. */
export interface CrmRecord {
  readonly id: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly archivedAt: number | null
  value(name: string): string | null
  /** Every property with a value, as a copy that can be edited. */
  values(): PropertyValues
}

/** Records that are computed from their index on demand. Ids ascend with the index. */
export interface SeededRecords {
  readonly count: number
  readonly liveCount: number
  /** Higher than every id in use, including aliases. */
  readonly nextId: number
  recordAt(index: number): CrmRecord
  idAt(index: number): number
  /** The index of the record with this id; undefined if no seeded record has it. */
  indexOf(id: number): number | undefined
  /** The first index whose id is greater than this one. */
  firstAfter(id: number): number
  /** The id that a merged id now stands for. */
  aliasOf(id: number): number | undefined
}

export interface EditedRecord {
  id: number
  createdAt: number
  updatedAt: number
  archivedAt: number | null
  properties: PropertyValues
}

export const editedRecord = ({ properties, ...rest }: EditedRecord): CrmRecord => ({
  ...rest,
  value: (name) => (Object.hasOwn(properties, name) ? (properties[name] ?? null) : null),
  values: () => ({ ...properties }),
})

let before = { ms: Number.NaN, text: '' }
let last = before

/**
 * A record contains each of its two times twice, one after the other, and formatting them is a good part of its cost.
 */
export const isoTime = (ms: number): string => {
  if (ms === last.ms) return last.text
  if (ms === before.ms) return before.text
  before = last
  last = { ms, text: new Date(ms).toISOString() }
  return last.text
}
