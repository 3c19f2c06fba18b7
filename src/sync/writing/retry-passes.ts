import type { Checkpoint } from '../runs/run.ts'

/**
 * The beginning of a pass over the waiting records: at the lowest id, and open to records past the limit if there is
 * room.
 */
export function passStart(checkpoint: Checkpoint): Checkpoint {
  const { admitsLeftOut: _, ...rest } = checkpoint
  return { ...rest, lastId: null, moved: false }
}
