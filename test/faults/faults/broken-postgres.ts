import { playDisturbedRuns, type Scene } from '../disturbed-runs.ts'
import type { Fault, Scenario } from '../fault.ts'

/** Backends of the product, not of the judge. */
const ofProduct = `datname = $1 AND application_name <> 'judge' AND pid <> pg_backend_pid()`

const usualStage = { broker: 'redis', workers: 2 } as const

const scenario = (name: string, breakIt: (scene: Scene) => Promise<void>, more: Partial<Scenario> = {}): Scenario => ({
  name,
  stage: usualStage,
  together: 5,
  play: (stage, seeds) =>
    playDisturbedRuns(stage, seeds, {
      disturb: async (scene) => {
        await scene.untilUnderWay()
        await breakIt(scene)
      },
    }),
  ...more,
})

async function cutAll({ stage: { postgres, databaseName } }: Scene): Promise<void> {
  await postgres.administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${ofProduct}`, [databaseName])
}

/** Cuts connections that are about to commit. A commit takes only milliseconds, so this looks until there is one. */
async function cutAtCommit({ stage, watch, random }: Scene): Promise<void> {
  const client = await stage.connect()
  try {
    for (let cuts = 0; cuts < 6 && !watch.allEnded; ) {
      const { rowCount } = await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE ${ofProduct} AND xact_start IS NOT NULL AND (query ILIKE 'COMMIT%' OR query ILIKE 'UPDATE sync_run%')`,
        [stage.databaseName],
      )
      if (rowCount === 0) {
        await random.pause(1, 5)
        continue
      }
      cuts++
      watch.broke()
      await random.pause(100, 700)
    }
  } finally {
    await client.end()
  }
}

const scenarios: readonly Scenario[] = [
  scenario('all connections cut, six times (pg_terminate_backend)', async (scene) => {
    for (let count = 0; count < 6 && !scene.watch.allEnded; count++) {
      await scene.random.pause(50, 900)
      scene.watch.broke()
      await cutAll(scene)
    }
  }),
  scenario('connections cut around COMMIT', cutAtCommit),
  scenario('restarted (fast)', async ({ stage: { postgres }, watch, random }) => {
    await random.pause(0, 900)
    watch.broke()
    await postgres.stop('fast')
    await random.pause(0, 3_000)
    await postgres.start()
  }),
  scenario('crashed and restarted (immediate), twice', async ({ stage: { postgres }, watch, random }) => {
    for (let count = 0; count < 2 && !watch.allEnded; count++) {
      await random.pause(0, 1_200)
      watch.broke()
      await postgres.stop('immediate')
      await random.pause(0, 2_000)
      await postgres.start()
    }
  }),
  scenario('read-only for some seconds, as after a failover', async (scene) => {
    const { stage, watch, random } = scene
    const { postgres, databaseName } = stage
    await random.pause(0, 900)
    watch.broke()
    await postgres.administer(`ALTER DATABASE ${databaseName} SET default_transaction_read_only = on`)
    try {
      await cutAll(scene)
      await random.pause(3_000, 8_000)
    } finally {
      await postgres.administer(`ALTER DATABASE ${databaseName} RESET default_transaction_read_only`)
      await cutAll(scene)
    }
  }),
  scenario('no connection to be had for some seconds', async (scene) => {
    const { stage, watch, random } = scene
    await random.pause(0, 900)
    watch.broke()
    await stage.postgres.administer('ALTER ROLE faults CONNECTION LIMIT 2')
    try {
      await cutAll(scene)
      await random.pause(4_000, 9_000)
    } finally {
      await stage.postgres.administer('ALTER ROLE faults CONNECTION LIMIT -1')
    }
  }),
  scenario(
    'all connections cut, with the queue in PostgreSQL too',
    async (scene) => {
      for (let count = 0; count < 4 && !scene.watch.allEnded; count++) {
        await scene.random.pause(50, 1_200)
        scene.watch.broke()
        await cutAll(scene)
      }
    },
    { stage: { broker: 'postgres', workers: 2 } },
  ),
]

export const brokenPostgres: Fault = {
  id: 'F4',
  title: 'PostgreSQL: connections cut, restarts, read-only, full',
  scenarios: ({ redis }) => (redis === null ? scenarios.slice(-1) : scenarios),
}
