import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseRedisUrl } from '../../src/config/redis-url.ts'

const defaults = {
  username: null,
  password: null,
  database: 0,
  primary: null,
  sentinelUsername: null,
  sentinelPassword: null,
  isEncrypted: false,
  family: 0,
  namespace: null,
}

it.each<[url: string, address: object]>([
  ['redis://localhost', { kind: 'single', nodes: [{ host: 'localhost', port: 6379 }] }],
  [
    'rediss://app:p%40ss@cache.example:7000/3?namespace=staging&family=6',
    {
      kind: 'single',
      nodes: [{ host: 'cache.example', port: 7000 }],
      username: 'app',
      password: 'p@ss',
      database: 3,
      isEncrypted: true,
      family: 6,
      namespace: 'staging',
    },
  ],
  ['redis://[::1]:7000', { kind: 'single', nodes: [{ host: '::1', port: 7000 }] }],
  [
    'redis+sentinel://:secret@a,b:1/mymaster/2?sentinel_password=other',
    {
      kind: 'sentinel',
      nodes: [
        { host: 'a', port: 26379 },
        { host: 'b', port: 1 },
      ],
      password: 'secret',
      primary: 'mymaster',
      database: 2,
      sentinelPassword: 'other',
    },
  ],
  [
    'rediss+cluster://a:1,b:2,c',
    {
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
        { host: 'c', port: 6379 },
      ],
      isEncrypted: true,
    },
  ],
])('%s names these servers', (url, address) => {
  expect(parseRedisUrl(url)).toEqual({ ...defaults, ...address })
})

it('any user name and password can be written, percent-encoded', () => {
  const text = fc.string({ minLength: 1, unit: 'grapheme' })
  fc.assert(
    fc.property(text, text, (username, password) => {
      const credentials = [username, password].map(encodeURIComponent).join(':')
      expect(parseRedisUrl(`redis://${credentials}@host`)).toMatchObject({ username, password })
    }),
  )
})
