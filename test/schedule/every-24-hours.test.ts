import { expect, it } from 'vitest'
import { startDueRuns } from '../../src/sync/runs/start-due-runs.ts'
import { createScheduledSync, HOUR, MINUTE } from './scheduled-sync.ts'

it('B9: no run at 23 h 59 m, exactly one at 24 h, the next one 24 h later', async () => {
  const sync = await createScheduledSync()
  await sync.sync()

  sync.clock.advance(24 * HOUR - MINUTE)
  expect(await sync.tick()).toBe(0)
  expect(await sync.scheduledRuns()).toEqual([])

  sync.clock.advance(MINUTE)
  expect([await sync.tick(), await sync.tick()]).toEqual([1, 0])
  expect(await sync.scheduledRuns()).toEqual([
    { createdAt: sync.clock.now(), status: 'COMPLETED', triggeredById: null },
  ])

  sync.clock.advance(24 * HOUR - MINUTE)
  expect(await sync.tick()).toBe(0)
  sync.clock.advance(MINUTE)
  expect(await sync.tick()).toBe(1)
})

it('B9 B11 B13: of ten workers that look at the same time, one starts the run', async () => {
  const sync = await createScheduledSync()
  await sync.sync()
  sync.clock.advance(24 * HOUR)

  const started = await Promise.all(Array.from({ length: 10 }, () => startDueRuns(sync.context)))

  expect(started.reduce((sum, count) => sum + count)).toBe(1)
  expect(await sync.scheduledRuns()).toHaveLength(1)
})

it('B37: settings that were saved but never started start nothing by themselves', async () => {
  const sync = await createScheduledSync()

  sync.clock.advance(48 * HOUR)

  expect(await sync.nextRunAt()).toBeNull()
  expect(await sync.tick()).toBe(0)
})

it('B12: a manual start postpones the next automatic run to 24 h later', async () => {
  const sync = await createScheduledSync()
  await sync.sync()
  sync.clock.advance(20 * HOUR)

  await sync.sync()

  expect(await sync.nextRunAt()).toEqual(new Date(sync.clock.now().getTime() + 24 * HOUR))
  sync.clock.advance(4 * HOUR)
  expect(await sync.tick()).toBe(0)
  sync.clock.advance(20 * HOUR)
  expect(await sync.tick()).toBe(1)
})

it.each([
  ['three times', 3 * 24 + 5],
  ['nearly four times', 3 * 24 + 23],
])(
  'B13: a due time missed %s while everything was down leads to one run, and the next is in the future',
  async (_how, hours) => {
    const sync = await createScheduledSync()
    await sync.sync()

    sync.clock.advance(hours * HOUR)

    expect([await sync.tick(), await sync.tick()]).toEqual([1, 0])
    expect(await sync.scheduledRuns()).toHaveLength(1)
    const untilNext = ((await sync.nextRunAt())?.getTime() ?? 0) - sync.clock.now().getTime()
    expect(untilNext).toBeGreaterThanOrEqual(12 * HOUR)
    expect(untilNext).toBeLessThanOrEqual(24 * HOUR)
  },
)

it('B9: a slightly late start does not shift the time of day', async () => {
  const sync = await createScheduledSync()
  await sync.sync()
  const first = await sync.nextRunAt()

  sync.clock.advance(24 * HOUR + 9_000)
  await sync.tick()

  expect(await sync.nextRunAt()).toEqual(new Date((first?.getTime() ?? 0) + 24 * HOUR))
})

it('B14: trigger and triggeredBy distinguish manual and automatic runs', async () => {
  const sync = await createScheduledSync()
  await sync.sync()
  sync.clock.advance(24 * HOUR)
  await sync.tick()
  await sync.workOff()

  const runs = await sync.database.prisma.syncRun.findMany({ orderBy: { createdAt: 'asc' } })

  expect(runs.map(({ trigger, triggeredById }) => [trigger, triggeredById])).toEqual([
    ['MANUAL', sync.viewer.userId],
    ['SCHEDULED', null],
  ])
})

it('B11: while a run is in progress, its due time starts no second one', async () => {
  const sync = await createScheduledSync()
  await sync.sync()
  sync.clock.advance(24 * HOUR)
  await sync.tick()
  sync.clock.advance(24 * HOUR)

  expect(await sync.tick()).toBe(0)

  expect(await sync.database.prisma.syncRun.count({ where: { trigger: 'SCHEDULED' } })).toBe(1)
  expect(await sync.nextRunAt()).toEqual(new Date(sync.clock.now().getTime() + 24 * HOUR))
})
