import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { waitFor } from '../support/wait-for.ts'
import { startStackOwner, startTestStack, untilGone } from './stack-fixture.ts'

test('a temporary stack leaves neither processes nor files when it is stopped', async () => {
  const stack = await startTestStack({ redis: 'auto' })
  expect(existsSync(stack.folder)).toBe(true)

  await stack.stop()

  for (const server of stack.servers) await untilGone(server.pid)
  expect(existsSync(stack.folder)).toBe(false)
})

test('nor when the process that started it is killed', async () => {
  const { owner, pids, folder } = await startStackOwner({ redis: 'auto' })
  expect(existsSync(folder)).toBe(true)

  await owner.stop('SIGKILL')

  for (const pid of pids) await untilGone(pid)
  await waitFor(() => !existsSync(folder))
})
