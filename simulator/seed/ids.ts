import { mix } from './mix.ts'

const IDS_PER_SLOT = 3

/** Ascending record ids with gaps: each index owns three ids and uses one of them. */
export interface IdScheme {
  readonly firstId: number
  idAt(index: number): number
  /** The index whose slot contains this id, whether or not that id is the one in use. */
  slotOf(id: number): number
  /** The two ids of the slot that are not in use. */
  spareIds(index: number): number[]
}

/**
 * `usesLast` tells which indexes take the last id of their slot, leaving the two lower ids for records merged into it.
 */
export const idScheme = (firstId: number, seed: number, usesLast: (index: number) => boolean): IdScheme => {
  const slotStart = (index: number) => firstId + index * IDS_PER_SLOT
  const idAt = (index: number) => slotStart(index) + (usesLast(index) ? 2 : mix(seed, index, 1) % IDS_PER_SLOT)
  return {
    firstId,
    idAt,
    slotOf: (id) => Math.floor((id - firstId) / IDS_PER_SLOT),
    spareIds: (index) => [0, 1, 2].map((step) => slotStart(index) + step).filter((id) => id !== idAt(index)),
  }
}
