import type { Checkpoint } from '../runs/run.ts'

/** Where a pass over the records that wait begins: at the lowest id, and open to those past the limit if there is room. */
export function passStart(checkpoint: Checkpoint): Checkpoint {
  const { admitsLeftOut: _, ...rest } = checkpoint
  return { ...rest, lastId: null, moved: false }
}
