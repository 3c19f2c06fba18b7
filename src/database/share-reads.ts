import { setImmediate } from 'node:timers/promises'

/**
 * Lets all who ask for the same thing at about the same time share one read. A read always begins after it was asked
 * for, so nobody is answered with a state older than their question: who asks while one is under way shares the next.
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
