import { expect, test } from 'vitest'
import { startLoops } from '../../src/jobs/loop.ts'
import { cleanUp } from '../support/clean-up.ts'
import { waitFor } from '../support/wait-for.ts'

test('a turn that fails is logged and followed by the next, and delays no other loop', async () => {
  const turns = { failing: 0, other: 0 }
  const logged: string[] = []
  const log = { error: (_details: object, message: string) => void logged.push(message) }
  const loops = startLoops(log as never, [
    [
      'failing',
      1,
      async () => {
        turns.failing++
        throw new Error('away')
      },
    ],
    ['other', 1, async () => void turns.other++],
  ])
  cleanUp(() => loops.stop())

  await waitFor(() => turns.failing > 3 && turns.other > 3)

  expect(logged).toContain('failing failed and will be tried again')
})

test('stopping tells the current work to stop and waits for its end', async () => {
  let hasEnded = false
  let begun = () => {}
  const isBegun = new Promise<void>((resolve) => {
    begun = resolve
  })
  const work = async (stop: AbortSignal) => {
    begun()
    await new Promise((resolve) => stop.addEventListener('abort', resolve))
    hasEnded = true
  }
  const loops = startLoops({ error: () => {} } as never, [['slow', 1, work]])
  await isBegun

  await loops.stop()

  expect(hasEnded).toBe(true)
})
