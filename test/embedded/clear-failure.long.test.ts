import { expect, test } from 'vitest'
import { startStack } from '../../embedded/stack.ts'
import { createDataDir, startTestStack } from './stack-fixture.ts'

test('a database that does not answer is named, with the variable to correct', async () => {
  const starting = startStack({ databaseUrl: 'postgresql://postgres@127.0.0.1:1/test', redis: 'none' })

  await expect(starting).rejects.toThrow(/database at 127\.0\.0\.1:1 could not be started.*ECONNREFUSED.*DATABASE_URL/s)
})

test('a folder that another running stack uses is refused, and that stack is not affected', async () => {
  const dataDir = await createDataDir()
  const first = await startTestStack({ dataDir })

  await expect(startStack({ dataDir, redis: 'none' })).rejects.toThrow(/another process already uses .*DATABASE_URL/s)

  expect(first.servers[0]?.hasExited).toBe(false)
})
