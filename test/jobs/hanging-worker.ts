// A worker process whose job never ends; a test kills it in the middle.
import { pino } from 'pino'
import { openBroker } from '../../src/broker/open-broker.ts'
import { startWorker } from '../../src/jobs/worker.ts'
import { sampleJob } from './sample-job.ts'

const { DATABASE_URL = '', REDIS_URL } = process.env
await startWorker({
  broker: await openBroker({ databaseUrl: DATABASE_URL, redisUrl: REDIS_URL || null }),
  implementations: [
    {
      job: sampleJob,
      run: async ({ id }) => {
        console.log(`took ${id}`)
        await new Promise(() => {})
      },
    },
  ],
  concurrency: 1,
  log: pino({ level: 'silent' }),
})
