import { setImmediate } from 'node:timers/promises'

/**
 * Lets concurrent callers with the same arguments share one read. A read always starts after the call, so callers never get
 * an older state: a call during a read shares the next one.
 */
export function shareReads<Args extends readonly string[], T>(read: (...args: Args) => Promise<T>) {
  const waiting = new Map<string, Promise<T>>()
  const underWay = new Map<string, Promise<unknown>>()

  const readNext = async (key: string, args: Args): Promise<T> => {
    await (underWay.get(key)?.catch(() => {}) ?? setImmediate())
    waiting.delete(key)
    const reading = read(...args)
    underWay.set(key, reading)
    try {
      return await reading
    } finally {
      if (underWay.get(key) === reading) underWay.delete(key)
    }
  }

  return (...args: Args): Promise<T> => {
    const key = args.join('\n')
    const joined = waiting.get(key)
    if (joined !== undefined) return joined
    const next = readNext(key, args)
    waiting.set(key, next)
    return next
  }
}
