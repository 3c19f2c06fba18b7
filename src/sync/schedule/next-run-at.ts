import type { SyncSettings } from '../../generated/prisma/client.ts'

const HOUR = 3_600_000

/** Automatic runs follow the last start at this distance (B9, B12). */
export const scheduleIntervalMs = 24 * HOUR

/** After a late start the next one keeps the old time of day, unless that is closer than this. */
const leastDistanceMs = scheduleIntervalMs / 2

/** When the run after an automatic one is due. Due times missed meanwhile are made up for by that one run (B13). */
export function dueAfter(dueAt: Date, startedAt: Date): Date {
  const next = dueAt.getTime() + scheduleIntervalMs
  const isFarEnough = next - startedAt.getTime() >= leastDistanceMs
  return new Date(isFarEnough ? next : startedAt.getTime() + scheduleIntervalMs)
}

/** What an admin is told of the next automatic run (B12); null while none would start. */
export function nextAutomaticRun(settings: Pick<SyncSettings, 'nextRunAt' | 'isPaused'>): Date | null {
  return settings.isPaused ? null : settings.nextRunAt
}
