import { expect, test } from 'vitest'
import { startProcess } from '../../embedded/processes.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { eachBroker } from '../support/test-broker.ts'
import { createTestDatabase } from '../support/test-database.ts'

eachBroker('the worker process', (kind) => {
  test('says when it is ready, and exits in good order on SIGTERM', async () => {
    const environment = await createProcessEnvironment(await createTestDatabase(), kind)
    const worker = await startProcess('work', environment)
    cleanUp(() => worker.stop('SIGKILL'))

    const exit = await worker.stop('SIGTERM')

    expect(exit).toEqual({ code: 0, signal: null })
    expect(worker.lastLines().at(-1)).toContain('"worker stopped"')
  })
})

test('the API process answers as soon as it is ready, on its own port', async () => {
  const api = await startProcess('serve', await createProcessEnvironment(await createTestDatabase()))
  cleanUp(() => api.stop('SIGKILL'))

  const { status } = await fetch(`${api.url}/health/live`)

  expect(status).toBe(200)
  expect(await api.stop()).toEqual({ code: 0, signal: null })
})

test('a process that ends early shows its last output', async () => {
  const environment = await createProcessEnvironment(await createTestDatabase())

  const starting = startProcess('work', { ...environment, ENCRYPTION_KEYS: '' })

  await expect(starting).rejects.toThrow(/src\/work\.ts ended with code 1.*ENCRYPTION_KEYS is not set/s)
})
