import { expect, it } from 'vitest'
import { beginLogin } from '../../src/connection/begin-login.ts'
import { finishLogin } from '../../src/connection/finish-login.ts'
import { openPortal } from '../../src/connection/open-portal.ts'
import { pauseSync, resumeSync, startSync } from '../../src/sync/runs/control-run.ts'
import { restartRefusedRuns } from '../../src/sync/runs/restart-refused-runs.ts'
import { NotConnectedError } from '../../src/user-errors.ts'
import { setPlan } from '../../src/workspaces/manage-workspaces.ts'
import { approve } from '../connection/connected-workspace.ts'
import { createScheduledSync, HOUR, MINUTE, type ScheduledSync } from './scheduled-sync.ts'

async function logInAgain({ connection, viewer, simulator, clock }: ScheduledSync): Promise<void> {
  clock.advance(MINUTE)
  const { authorizeUrl } = await beginLogin(connection, viewer)
  await finishLogin(connection, viewer, await approve(simulator, authorizeUrl))
}

/** A synced list whose second run, manual or automatic, ended because HubSpot rejected the log-in. */
async function givenARefusedRun(trigger: 'MANUAL' | 'SCHEDULED'): Promise<ScheduledSync> {
  const sync = await createScheduledSync()
  await sync.sync()
  sync.clock.advance(24 * HOUR)
  sync.simulator.revokeTokens()
  if (trigger === 'MANUAL') await startSync(sync.context, sync.viewer)
  else await sync.tick()
  await sync.workOff()
  return sync
}

const runs = ({ database }: ScheduledSync) =>
  database.prisma.syncRun.findMany({
    orderBy: { createdAt: 'asc' },
    select: { status: true, failureType: true, trigger: true, triggeredById: true },
  })

it.each(['MANUAL', 'SCHEDULED'] as const)(
  'B14, B17: a %s run that HubSpot refused ends with AUTHORIZATION, unlinks nothing, and starts over after the log-in',
  async (trigger) => {
    const sync = await givenARefusedRun(trigger)
    const { prisma } = sync.database
    const triggeredById = trigger === 'MANUAL' ? sync.viewer.userId : null
    expect(await prisma.hubSpotConnection.findFirst()).toMatchObject({ status: 'NEEDS_RECONNECT' })
    await expect(openPortal(sync.connection, sync.viewer.workspaceId)).rejects.toThrow(NotConnectedError)
    expect(await prisma.contactLink.count({ where: { state: 'ACTIVE' } })).toBe(10)
    expect(await sync.tick()).toBe(0)
    expect((await runs(sync)).slice(1)).toEqual([
      { status: 'FAILED', failureType: 'AUTHORIZATION', trigger, triggeredById },
    ])

    await logInAgain(sync)
    await sync.workOff()

    expect((await runs(sync)).slice(1)).toEqual([
      { status: 'FAILED', failureType: 'AUTHORIZATION', trigger, triggeredById },
      { status: 'COMPLETED', failureType: null, trigger: 'RECONNECTED', triggeredById },
    ])
    expect(await prisma.contactLink.count({ where: { state: 'ACTIVE' } })).toBe(10)
    expect(await prisma.syncError.count({ where: { status: 'OPEN' } })).toBe(0)
    expect(await sync.nextRunAt()).toEqual(new Date(sync.clock.now().getTime() + 24 * HOUR))
  },
)

it('B11 B17: however many workers notice the log-in, one run starts; and none after it has completed', async () => {
  const sync = await givenARefusedRun('MANUAL')
  const connection = { ...sync.connection, afterLogin: undefined }

  await logInAgain({ ...sync, connection })
  const started = await Promise.all(Array.from({ length: 5 }, () => restartRefusedRuns(sync.context)))
  expect(started.reduce((sum, count) => sum + count)).toBe(1)
  await sync.workOff()

  expect(await restartRefusedRuns(sync.context)).toBe(0)
  expect(await runs(sync)).toHaveLength(3)
})

it('B16: a log-in after any other ending starts nothing', async () => {
  const sync = await createScheduledSync()
  await sync.sync()

  await logInAgain(sync)

  expect(await runs(sync)).toHaveLength(1)
})

it('B17 B38: while the sync is paused, or the plan is too low (B22), the run has to wait', async () => {
  const sync = await givenARefusedRun('MANUAL')
  await pauseSync(sync.context, sync.viewer)
  await logInAgain(sync)
  expect(await restartRefusedRuns(sync.context)).toBe(0)
  await resumeSync(sync.context, sync.viewer)

  await setPlan(sync.database, sync.viewer.workspaceId, 'STARTER')
  expect(await restartRefusedRuns(sync.context)).toBe(0)
  await setPlan(sync.database, sync.viewer.workspaceId, 'GROWTH')

  expect(await restartRefusedRuns(sync.context)).toBe(1)
})
