import { v7 as uuid } from 'uuid'
import { type CallWindows, pacingExponent } from './call-windows.ts'
import type { RedisClient } from './redis-clients.ts'

/**
 * Each window has three keys: its calls, ordered by when their places become free; the time of the last call; and the hold.
 */
const takeScript = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + time[2] / 1000
  local horizon, unsettled, id = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
  local at = now
  for i = 1, #KEYS / 3 do
    local calls, window = tonumber(ARGV[2 * i + 2]), tonumber(ARGV[2 * i + 3])
    local held = redis.call('GET', KEYS[3 * i])
    if held then
      local heldUntil, reason = string.match(held, '^(%d+) (.*)$')
      if tonumber(heldUntil) > now then return {0, string.format('%.3f', heldUntil - now), reason} end
    end
    if calls > 0 then
      redis.call('ZREMRANGEBYSCORE', KEYS[3 * i - 2], '-inf', now)
      local taken = redis.call('ZCARD', KEYS[3 * i - 2])
      if taken >= calls then
        local free = redis.call('ZRANGE', KEYS[3 * i - 2], taken - calls, taken - calls, 'WITHSCORES')
        at = math.max(at, tonumber(free[2]))
      end
      local last = redis.call('GET', KEYS[3 * i - 1])
      if last then at = math.max(at, last + window / calls * math.min(1, taken / calls) ^ ${pacingExponent}) end
    end
  end
  if at - now > horizon then return {0, string.format('%.3f', at - now)} end
  for i = 1, #KEYS / 3 do
    local calls, window = tonumber(ARGV[2 * i + 2]), tonumber(ARGV[2 * i + 3])
    if calls > 0 then
      local keepMs = math.ceil(at - now + window + unsettled)
      redis.call('ZADD', KEYS[3 * i - 2], string.format('%.3f', at + window + unsettled), id)
      redis.call('PEXPIRE', KEYS[3 * i - 2], keepMs)
      redis.call('SET', KEYS[3 * i - 1], string.format('%.3f', at), 'PX', keepMs)
    end
  end
  return {1, string.format('%.3f', at - now), string.format('%.3f', at)}`

const holdScript = `
  local time = redis.call('TIME')
  local heldUntil = math.ceil(time[1] * 1000 + time[2] / 1000 + ARGV[1])
  redis.call('SET', KEYS[1], string.format('%d', heldUntil) .. ' ' .. ARGV[2], 'PX', ARGV[3])`

/** Call windows by Redis's clock. Scripts run one at a time, so two calls cannot take the same place. */
export function redisCallWindows(redis: RedisClient, namespace: string): CallWindows {
  const keyOf = (key: string, part: string) => `${namespace}:calls:${key}:${part}`
  return {
    take: async (limits, { horizonMs, unsettledMs }) => {
      const id = uuid()
      const keys = limits.flatMap(({ key }) => ['taken', 'last', 'hold'].map((part) => keyOf(key, part)))
      const sizes = limits.flatMap(({ calls, windowMs }) => [calls ?? 0, windowMs])
      const answer = await redis.eval(takeScript, keys.length, ...keys, horizonMs, unsettledMs, id, ...sizes)
      const [granted, ms, detail] = answer as [number, string, string?]
      if (granted === 1) return { granted: true, inMs: Number(ms), place: { id, at: Number(detail) } }
      return { granted: false, retryAfterMs: Number(ms), heldFor: detail ?? null }
    },
    settle: async (limits, { id, at }, lateMs) => {
      const counted = limits.filter(({ calls }) => calls !== null)
      await Promise.all(
        counted.map(({ key, windowMs }) =>
          lateMs === null
            ? redis.zrem(keyOf(key, 'taken'), id)
            : redis.zadd(keyOf(key, 'taken'), 'XX', at + lateMs + windowMs, id),
        ),
      )
    },
    hold: async (key, { forMs, reason, forgottenAfterMs }) => {
      const keepMs = Math.max(1, Math.ceil(Math.min(forMs, forgottenAfterMs)))
      await redis.eval(holdScript, 1, keyOf(key, 'hold'), forMs, reason, keepMs)
    },
  }
}
