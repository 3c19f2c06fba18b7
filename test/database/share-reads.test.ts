import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { shareReads } from '../../src/database/share-reads.ts'

test('a thousand concurrent callers share one read', async () => {
  let reads = 0
  const read = shareReads(async (key: string) => `${key}${++reads}`)

  const answers = await Promise.all(Array.from({ length: 1000 }, () => read('a')))

  expect(new Set(answers)).toEqual(new Set(['a1']))
  expect(await read('b')).toBe('b2')
})

test('a caller during a read gets the result of the next read, never an older one', async () => {
  let state = 'before'
  const began: (() => void)[] = []
  const read = shareReads(async (_key: string) => {
    const seen = state
    await new Promise<void>((resolve) => began.push(resolve))
    return seen
  })

  const first = read('run')
  while (began.length < 1) await sleep(1)
  state = 'after'
  const second = read('run')
  const third = read('run')
  began[0]?.()
  while (began.length < 2) await sleep(1)
  began[1]?.()

  expect(await Promise.all([first, second, third])).toEqual(['before', 'after', 'after'])
  expect(began).toHaveLength(2)
})

test('a failed read fails for the callers that share it, and not for later callers', async () => {
  let attempts = 0
  const read = shareReads(async (_key: string) => {
    if (++attempts === 1) throw new Error('away')
    return 'here'
  })

  const failed = await Promise.allSettled([read('a'), read('a')])

  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await read('a')).toBe('here')
})
