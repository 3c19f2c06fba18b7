import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { freePort } from '../../embedded/server-process.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { createTestDatabase } from '../support/test-database.ts'

// On Windows, no process receives signals.
it.skipIf(process.platform === 'win32')('a SIGTERM to `npm run serve` stops the API in good order', async () => {
  // given
  const database = await createTestDatabase()
  const port = String(await freePort())
  const npm = spawn('npm', ['run', 'serve'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, ...(await createProcessEnvironment(database)), PORT: port },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  cleanUp(() => npm.kill('SIGKILL'))
  const exited = once(npm, 'exit')
  const lines: string[] = []
  for await (const line of createInterface({ input: npm.stdout })) {
    lines.push(line)
    // when
    if (line.includes('"api ready"')) npm.kill('SIGTERM')
  }

  // then
  expect(lines.at(-1)).toContain('"api stopped"')
  expect(await exited).toEqual([0, null])
  await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow('fetch failed')
})
