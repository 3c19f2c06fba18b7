import { expect, test } from 'vitest'
import { startScript } from '../../embedded/processes.ts'
import { createBareDatabase } from '../support/bare-database.ts'

const environment = {
  REDIS_URL: '',
  HUBSPOT_CLIENT_ID: 'simulated-client-id',
  HUBSPOT_CLIENT_SECRET: 'simulated-client-secret',
  ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
}

test('on a database without a schema, neither the API nor a worker starts; both say what to do, and nothing else', async () => {
  const DATABASE_URL = await createBareDatabase('empty')
  const env = { ...environment, DATABASE_URL, PORT: '0' }

  const processes = await Promise.all([startScript('src/serve.ts', env), startScript('src/work.ts', env)])
  const exits = await Promise.all(processes.map(({ exited }) => exited))

  expect(exits.map(({ code }) => code)).toEqual([1, 1])
  for (const { lastLines } of processes) {
    expect(lastLines()).toEqual(['The database has no schema yet: run `npm run migrate`.'])
  }
})
