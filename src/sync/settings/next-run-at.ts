import { plansWithSync } from '../../auth/permissions.ts'
import type { SyncSettings } from '../../generated/prisma/client.ts'
import type { ConnectionStatus, Plan } from '../../generated/prisma/enums.ts'

const HOUR = 3_600_000

/** Interval between the last start and the next automatic run (B9, B12). */
export const scheduleIntervalMs = 24 * HOUR

/** After a late start, the next run keeps the old time of day, unless that is sooner than this. */
const leastDistanceMs = scheduleIntervalMs / 2

/** The due time of the run after an automatic one. Due times that were missed are made up for by a single run (B13). */
export function dueAfter(dueAt: Date, startedAt: Date): Date {
  const next = dueAt.getTime() + scheduleIntervalMs
  const isFarEnough = next - startedAt.getTime() >= leastDistanceMs
  return new Date(isFarEnough ? next : startedAt.getTime() + scheduleIntervalMs)
}

type Schedule = Pick<SyncSettings, 'nextRunAt' | 'isPaused' | 'contactsEnabled' | 'accountsEnabled'>

/**
 * The next automatic run as shown to an admin (B12); null if none would start (B22, B23, B38). `status` is that of the
 * connection to HubSpot, or null before the first log-in.
 */
export function nextAutomaticRun(settings: Schedule, plan: Plan, status: ConnectionStatus | null): Date | null {
  const isOn = (settings.contactsEnabled || settings.accountsEnabled) && !settings.isPaused
  return isOn && status === 'CONNECTED' && plansWithSync.includes(plan) ? settings.nextRunAt : null
}
