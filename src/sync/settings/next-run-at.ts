import { plansWithSync } from '../../auth/permissions.ts'
import type { SyncSettings } from '../../generated/prisma/client.ts'
import type { Plan } from '../../generated/prisma/enums.ts'

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

type Schedule = Pick<SyncSettings, 'nextRunAt' | 'isPaused' | 'contactsEnabled' | 'accountsEnabled'>

/** What an admin is told of the next automatic run (B12); null while none would start (B22, B23, B38). */
export function nextAutomaticRun(settings: Schedule, plan: Plan): Date | null {
  const isOn = (settings.contactsEnabled || settings.accountsEnabled) && !settings.isPaused
  return isOn && plansWithSync.includes(plan) ? settings.nextRunAt : null
}
