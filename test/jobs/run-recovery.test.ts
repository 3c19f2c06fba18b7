import { pino } from 'pino'
import { expect, test } from 'vitest'
import { startRunRecovery } from '../../src/jobs/run-recovery.ts'
import { defaultTuning, type RunChunk, type SyncContext } from '../../src/sync/sync-context.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { waitFor } from '../support/wait-for.ts'

test('a run that nobody works on is enqueued again, and a failing look is followed by the next', async () => {
  const database = await createTestDatabase()
  const runId = '00000000-0000-4000-8000-00000000000a'
  const workspaceId = '00000000-0000-4000-8000-00000000000b'
  await database.prisma.organization.create({
    data: { id: workspaceId, name: 'Acme', workspaces: { create: { id: workspaceId, name: 'Acme', plan: 'GROWTH' } } },
  })
  await database.prisma.syncRun.create({
    data: {
      id: runId,
      workspaceId,
      objectType: 'CONTACT',
      trigger: 'MANUAL',
      status: 'RUNNING',
      settingsVersion: 1,
      settings: {},
      chunk: 3,
      heartbeatAt: new Date(Date.now() - 3_600_000),
    },
  })
  const enqueued: RunChunk[] = []
  let looks = 0
  const context: SyncContext = {
    database,
    openPortal: () => Promise.reject(new Error('recovery does not talk to HubSpot')),
    announcements: { publish: async () => {}, subscribe: () => Promise.reject(new Error('recovery does not listen')) },
    enqueueRun: async (chunk) => {
      looks++
      if (looks === 1) throw new Error('the queue is away')
      enqueued.push(chunk)
    },
    now: () => new Date(),
    log: pino({ level: 'silent' }),
    tuning: defaultTuning,
  }

  const recovery = startRunRecovery(context, { everyMs: 10 })
  cleanUp(() => recovery.stop())
  await waitFor(() => enqueued.length > 0)
  await recovery.stop()

  expect(enqueued[0]).toEqual({ workspaceId, runId, chunk: 3 })
})
