import type { SyncRun } from '../../generated/prisma/client.ts'

type Waiting = Pick<SyncRun, 'status' | 'scope' | 'holdReason' | 'waitReason'>

/** What a run waits for, and what to do about it, for people. Null if it is in progress or has ended. */
export function waitingFor({ status, scope, holdReason, waitReason }: Waiting): string | null {
  switch (status) {
    case 'QUEUED':
      return scope === 'RECORDS'
        ? 'The run waits for a worker, or for its turn beside a larger run of the workspace. It starts by itself.'
        : 'The run waits for a worker. It starts by itself.'
    case 'PAUSED':
      return holdReason ?? 'An admin paused the sync. Resume it with resumeSync, or end the run with cancelSyncRun.'
    case 'THROTTLED':
      return waitReason ?? 'The run waits until HubSpot accepts calls again. It continues by itself.'
    default:
      return null
  }
}
