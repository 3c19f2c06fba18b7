import { expect, test } from 'vitest'
import { startScript } from '../../embedded/processes.ts'
import { cleanUp } from '../support/clean-up.ts'

// The stack that all tests share covers the case of this process's own user.
test.runIf(process.getuid?.() === 0)('the stack starts for an ordinary user too', async () => {
  const owner = await startScript(
    'test/embedded/stack-owner.ts',
    { STACK_OPTIONS: '{}' },
    { user: { uid: 65534, gid: 65534 } },
  )
  cleanUp(() => owner.stop())

  const started = await owner.untilLine((line) => line.startsWith('{'))

  expect(JSON.parse(started).databaseUrl).toMatch(/^postgresql:/)
})
