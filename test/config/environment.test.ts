import { expect, it } from 'vitest'
import { ConfigurationError, loadEnvironment } from '../../src/config/environment.ts'

const usable = {
  DATABASE_URL: 'postgresql://localhost/app',
  HUBSPOT_CLIENT_ID: 'id',
  HUBSPOT_CLIENT_SECRET: 'secret',
  ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
}

function mistakesOf(source: Record<string, string>): readonly string[] {
  try {
    loadEnvironment(source)
    return []
  } catch (error) {
    return error instanceof ConfigurationError ? error.mistakes : [String(error)]
  }
}

it('B55: emails are sent according to SMTP_URL and MAIL_FROM, and not at all without SMTP_URL', () => {
  const mail = { SMTP_URL: 'smtps://u:p@mail.example.test:465', MAIL_FROM: 'Sync <sync@example.test>' }

  expect(loadEnvironment(usable).mail).toBeNull()
  expect(loadEnvironment({ ...usable, MAIL_FROM: mail.MAIL_FROM }).mail).toBeNull()
  expect(loadEnvironment({ ...usable, ...mail }).mail).toEqual({ smtpUrl: mail.SMTP_URL, from: mail.MAIL_FROM })
  expect(loadEnvironment({ ...usable, ...mail, MAIL_FROM: 'sync@example.test' }).mail?.from).toBe('sync@example.test')
})

it.each<[what: string, variables: Record<string, string>, mistakes: (RegExp | string)[]]>([
  ['an SMTP_URL without MAIL_FROM', { SMTP_URL: 'smtp://mail.example.test' }, ['MAIL_FROM is not set']],
  [
    'an SMTP_URL with another protocol',
    { SMTP_URL: 'https://mail.example.test', MAIL_FROM: 'a@b.test' },
    [/^SMTP_URL must/],
  ],
  ['a MAIL_FROM that is not an email address', { SMTP_URL: 'smtp://m', MAIL_FROM: 'nobody' }, [/^MAIL_FROM must/]],
  [
    'two keys with the same id',
    { ENCRYPTION_KEYS: `${usable.ENCRYPTION_KEYS},${usable.ENCRYPTION_KEYS}` },
    [/a different id/],
  ],
  [
    'an unknown form of REDIS_URL',
    { REDIS_URL: 'http://redis' },
    [/^REDIS_URL must be .*redis\+sentinel:.*redis\+cluster:/],
  ],
  [
    'several hosts in the URL of a single Redis',
    { REDIS_URL: 'redis://a:6379,b:6379' },
    [/^REDIS_URL names several hosts: begin it with redis\+sentinel/],
  ],
  ['a Sentinel without a primary', { REDIS_URL: 'redis+sentinel://a,b' }, [/^REDIS_URL lacks the name of the primary/]],
  ['a database of a Cluster', { REDIS_URL: 'redis+cluster://a/2' }, [/^REDIS_URL names a database/]],
  ['an unknown parameter', { REDIS_URL: 'redis://a?tls=true' }, [/^REDIS_URL has the unknown parameter "tls"/]],
  ['a missing file', { REDIS_CA_FILE: '/nowhere/ca.pem' }, [/^REDIS_CA_FILE must be the path of a file/]],
  [
    'several mistakes at once',
    { SMTP_URL: 'smtp://mail.example.test', DATABASE_URL: 'nowhere', HUBSPOT_CLIENT_ID: '' },
    [/^DATABASE_URL must/, 'HUBSPOT_CLIENT_ID is not set', 'MAIL_FROM is not set'],
  ],
])('before anything starts, the message reports %s', (_what, variables, mistakes) => {
  const found = mistakesOf({ ...usable, ...variables })

  expect(found).toHaveLength(mistakes.length)
  for (const [index, mistake] of mistakes.entries()) expect(found[index]).toMatch(mistake)
})
