import { expect, it } from 'vitest'
import { startProcess } from '../../embedded/processes.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { waitFor } from '../support/wait-for.ts'

it('after a SIGTERM, the API is not ready but still answers, until the delay is over or Ctrl-C ends it', async () => {
  // given
  const env = { ...(await createProcessEnvironment(await createTestDatabase())), SHUTDOWN_DELAY: '300' }
  const api = await startProcess('serve', env)
  cleanUp(() => api.stop('SIGKILL'))
  const before = await fetch(`${api.url}/health/live`)

  // when
  process.kill(api.pid, 'SIGTERM')
  await waitFor(async () => (await fetch(`${api.url}/health/ready`)).status === 503)

  // then
  const during = await fetch(`${api.url}/health/live`)
  expect(before.headers.get('connection')).toBe('keep-alive')
  expect([during.status, during.headers.get('connection')]).toEqual([200, 'close'])
  expect(await (await fetch(`${api.url}/health/ready`)).json()).toEqual({ status: 'draining' })
  expect(await api.stop('SIGINT')).toEqual({ code: 0, signal: null })
})
