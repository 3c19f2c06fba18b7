import type { Fault } from '../fault.ts'
import { brokenPostgres } from './broken-postgres.ts'
import { changingRecords } from './changing-records.ts'
import { eventsAndStarts } from './events-and-starts.ts'
import { expiringTokens } from './expiring-tokens.ts'
import { hubSpotFaults } from './hubspot-faults.ts'
import { killedWorkers } from './kill-workers.ts'
import { lostRedis } from './lost-redis.ts'
import { machineAndHand } from './machine-and-hand.ts'
import { manyMerges } from './merges.ts'
import { poisonRecords } from './poison.ts'
import { restartedApi } from './restarted-api.ts'
import { stoppedWorkers } from './stopped-workers.ts'

export const faults: readonly Fault[] = [
  killedWorkers,
  stoppedWorkers,
  lostRedis,
  brokenPostgres,
  hubSpotFaults,
  expiringTokens,
  changingRecords,
  manyMerges,
  eventsAndStarts,
  restartedApi,
  poisonRecords,
  machineAndHand,
]
