import { getEventListeners, setMaxListeners } from 'node:events'
import { expect, test } from 'vitest'
import { abortOnReturn } from '../../src/followers/abort-on-return.ts'

/** Yields once, then waits for its signal. */
async function* onceThenWait(signal: AbortSignal): AsyncGenerator<string> {
  yield 'first'
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
  signal.throwIfAborted()
}

async function* yieldsOnce(_signal: AbortSignal): AsyncGenerator<string> {
  yield 'only'
}

// biome-ignore lint/correctness/useYield: it fails before it comes to that.
async function* fails(_signal: AbortSignal): AsyncGenerator<string> {
  throw new Error('broken')
}

test.for([
  [
    'is left',
    onceThenWait,
    async (stream: AsyncIterableIterator<string>): Promise<void> => {
      await stream.return?.()
    },
  ],
  [
    'is left while it is waiting',
    onceThenWait,
    async (stream: AsyncIterableIterator<string>) => {
      await stream.next()
      const waiting = stream.next()
      await stream.return?.()
      expect(await waiting).toEqual({ done: true, value: undefined })
    },
  ],
  [
    'ends',
    yieldsOnce,
    async (stream: AsyncIterableIterator<string>) => {
      for await (const value of stream) expect(value).toBe('only')
    },
  ],
  [
    'fails',
    fails,
    async (stream: AsyncIterableIterator<string>) => {
      await expect(stream.next()).rejects.toThrow('broken')
    },
  ],
] as const)('a stream that %s leaves no listener behind', async ([, open, finish]) => {
  const closing = new AbortController()
  setMaxListeners(0, closing.signal)
  const streams = Array.from({ length: 200 }, () => abortOnReturn<string>(closing.signal, open))
  const listeningBefore = getEventListeners(closing.signal, 'abort').length

  for (const stream of streams) await finish(stream)

  expect(listeningBefore).toBe(200)
  expect(getEventListeners(closing.signal, 'abort')).toEqual([])
})

test('a stream that is closed throws the reason, so that it can be distinguished from one that has ended', async () => {
  const closing = new AbortController()
  const stream = abortOnReturn(closing.signal, onceThenWait)
  await stream.next()
  const waiting = stream.next()

  closing.abort(new Error('the server stops'))

  await expect(waiting).rejects.toThrow('the server stops')
})
