import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Launch } from '../../../embedded/postgres.ts'
import { playDisturbedRuns, type Scene } from '../disturbed-runs.ts'
import { type Fault, NotPossibleHereError, type Scenario } from '../fault.ts'
import { CancelRun, PauseRun, ResumeRun } from '../stage/operations.ts'
import { hasEnded, runsOf } from '../stage/run-watch.ts'
import { type BreakablePostgres, type Servers, startBreakablePostgres } from '../stage/servers.ts'
import { until } from '../stage/waiting.ts'
import { shiftedClock } from '../stage/watched-process.ts'
import { globalIdOf } from '../stage/workspace.ts'
import { startOver } from './bring-to-end.ts'
import { changeSome } from './change-portal.ts'

const usualStage = { broker: 'redis', workers: 2 } as const

const day = 24 * 3_600_000

/** A worker whose clock is a day ahead or behind. It must not start runs that are not due. */
const shifted = (name: string, byMs: number): Scenario => ({
  name,
  stage: { broker: 'redis', workers: 2, workerEnvironment: (number) => (number === 1 ? shiftedClock(byMs) : {}) },
  together: 5,
  play: (stage, seeds) =>
    playDisturbedRuns(stage, seeds, {
      disturb: async ({ cases, complain, watch, random }) => {
        await until('the runs end', () => watch.allEnded)
        // More than a tick, in which nothing is due.
        await random.pause(12_000, 13_000)
        for (const { seed, workspace } of cases) {
          const early = (await runsOf(stage, workspace.id)).filter(({ trigger }) => trigger !== 'MANUAL')
          if (early.length > 0) complain(`B9: ${early.length} automatic runs started, and none was due`, seed)
          const [due] = await stage.store.query<{ hours: number }>(
            `SELECT (extract(epoch FROM next_run_at - now()) / 3600)::float AS hours FROM sync_settings WHERE workspace_id = $1`,
            [workspace.id],
          )
          if (due === undefined || due.hours < 23 || due.hours > 24.1)
            complain(`B12: the next run is due in ${due?.hours} hours`, seed)
        }
      },
    }),
})

/** Yields each phase that some run reaches, once, in the order in which they are reached. */
async function* phasesMet({ watch }: Scene): AsyncGenerator<string> {
  const met = new Set<string>(['FINISHED'])
  const fresh = () => watch.rows.find(({ status, phase }) => status === 'RUNNING' && !met.has(phase))?.phase
  while (!watch.allEnded) {
    let phase: string | undefined
    await until(
      'a run comes to another phase, or all have ended',
      () => {
        phase = fresh()
        return phase !== undefined || watch.allEnded
      },
      { everyMs: 5, withinMs: 240_000 },
    )
    if (phase === undefined) return
    met.add(phase)
    yield phase
  }
}

const terminated: Scenario = {
  name: 'SIGTERM to a worker in each phase',
  stage: usualStage,
  together: 4,
  play: (stage, seeds) =>
    playDisturbedRuns(stage, seeds, {
      change: changeSome,
      disturb: async (scene) => {
        for await (const phase of phasesMet(scene)) {
          const worker = await stage.busiestWorker()
          scene.watch.broke()
          const { code, signal } = await stage.endWorker(worker, 'SIGTERM')
          if (code !== 0) scene.complain(`on SIGTERM in ${phase} a worker ended with ${signal ?? `code ${code}`}`)
          await stage.startWorker(worker.number)
        }
      },
    }),
}

const paused: Scenario = {
  name: 'paused in each phase with a worker killed, and resumed',
  stage: usualStage,
  together: 4,
  play: (stage, seeds) =>
    playDisturbedRuns(stage, seeds, {
      change: changeSome,
      disturb: async (scene) => {
        const { cases, watch, complain } = scene
        for await (const phase of phasesMet(scene)) {
          await Promise.all(cases.map(({ workspace }) => workspace.client.request(PauseRun)))
          await stage.replaceWorker(await stage.busiestWorker(), 'SIGKILL')
          for (const { seed, runId } of cases) {
            const row = watch.row(runId)
            if (row !== undefined && !hasEnded(row) && row.status !== 'PAUSED')
              complain(`B38: ${row.status} after a pause in ${phase}`, seed)
          }
          watch.broke()
          await Promise.all(
            cases.map(({ workspace }) => workspace.client.request(ResumeRun, { confirmDepartures: false })),
          )
        }
      },
    }),
}

const cancelled: Scenario = {
  name: 'cancelled in some phase with a worker killed, and started again',
  stage: { broker: 'postgres', workers: 2 },
  together: 4,
  play: (stage, seeds) =>
    playDisturbedRuns(stage, seeds, {
      change: changeSome,
      sameCounts: false,
      disturb: async (scene) => {
        const { cases, watch, random, complain } = scene
        let phases = random.whole(1, 6)
        for await (const phase of phasesMet(scene)) {
          if (--phases > 0) continue
          await Promise.all([
            ...cases.map(({ workspace, runId }) =>
              workspace.client.request(CancelRun, { id: globalIdOf('SyncRun', runId) }),
            ),
            stage.replaceWorker(await stage.busiestWorker(), 'SIGKILL'),
          ])
          await until('every run has ended', () => watch.allEnded)
          for (const { seed, runId } of cases) {
            const status = watch.row(runId)?.status ?? ''
            if (status !== 'CANCELLED' && !status.startsWith('COMPLETED'))
              complain(`B39: ${status} after a cancel in ${phase}`, seed)
          }
          return
        }
      },
      bringToEnd: startOver,
    }),
}

const diskMegabytes = 96

/** Starts PostgreSQL with a small disk of its own for the tables, in a mount namespace that ends with it. */
async function startOnSmallDisk({ folder, guardian }: Servers): Promise<{ postgres: BreakablePostgres; disk: string }> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new NotPossibleHereError('a disk of its own can be mounted by root on Linux alone')
  }
  const own = join(folder, 'small-disk')
  const disk = join(own, 'disk')
  await mkdir(disk, { recursive: true })
  const launch = (program: string, args: readonly string[]): Launch => ({
    program: 'unshare',
    args: [
      '--mount',
      'sh',
      '-c',
      `mount -t tmpfs -o size=${diskMegabytes}m,uid=65534,gid=65534,mode=700 tmpfs "$0" && exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"`,
      disk,
      program,
      ...args,
    ],
    user: null,
  })
  const postgres = await startBreakablePostgres(own, guardian, { launch })
  await postgres.administer(`CREATE TABLESPACE small LOCATION '${disk}'`)
  return { postgres, disk }
}

const diskFull = (servers: Servers): Scenario => {
  let small: { postgres: BreakablePostgres; disk: string } | null = null
  return {
    name: 'the disk of the tables is full for some seconds',
    stage: async () => {
      small = await startOnSmallDisk(servers)
      return { broker: 'redis', workers: 2, postgres: small.postgres, databaseOptions: 'TABLESPACE small' }
    },
    cleanUp: async () => {
      await small?.postgres.stop('fast')
      small = null
    },
    together: 2,
    isInCi: false,
    play: (stage, seeds) =>
      playDisturbedRuns(stage, seeds, {
        disturb: async ({ watch, random, untilUnderWay }) => {
          if (small === null) return
          await untilUnderWay()
          watch.broke()
          const filler = join('/proc', String(small.postgres.pid), 'root', small.disk, 'filler')
          await fill(filler)
          try {
            await random.pause(4_000, 9_000)
          } finally {
            await rm(filler, { force: true })
          }
        },
      }),
  }
}

/** Writes a file until the disk is full. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    for (const size of [1 << 20, 1 << 13]) {
      const block = Buffer.alloc(size, 1)
      for (let isFull = false; !isFull; ) {
        isFull = await file.write(block).then(
          ({ bytesWritten }) => bytesWritten < size,
          () => true,
        )
      }
    }
  } finally {
    await file.close()
  }
}

export const machineAndHand: Fault = {
  id: 'F12',
  title: 'disk full, wrong clocks, SIGTERM, cancel and pause in each phase',
  scenarios: (servers) =>
    servers.redis === null
      ? []
      : [
          terminated,
          shifted('a clock 24 hours ahead', day),
          paused,
          cancelled,
          shifted('a clock 24 hours behind', -day),
          diskFull(servers),
        ],
}
