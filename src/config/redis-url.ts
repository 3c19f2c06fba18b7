/** The servers that REDIS_URL names. */
export interface RedisAddress {
  /** One server; servers whose primary Sentinel knows; or a Redis Cluster. */
  readonly kind: 'single' | 'sentinel' | 'cluster'
  readonly nodes: readonly RedisNode[]
  readonly username: string | null
  readonly password: string | null
  readonly database: number
  /** Name under which Sentinel knows the primary. */
  readonly primary: string | null
  readonly sentinelUsername: string | null
  readonly sentinelPassword: string | null
  readonly isEncrypted: boolean
  /** 4 or 6 for addresses of one kind only, 0 for both. */
  readonly family: number
  readonly namespace: string | null
}

export interface RedisNode {
  readonly host: string
  readonly port: number
}

/** A mistake in REDIS_URL. The message continues a sentence that begins with `REDIS_URL`. */
export class RedisUrlError extends Error {
  override name = 'RedisUrlError'
}

const forms =
  'must be redis://host:6379, rediss://host:6379 for TLS, redis+sentinel://host:26379,host:26379/name, or redis+cluster://host:6379,host:6379'
const kinds = { '': 'single', '+sentinel': 'sentinel', '+cluster': 'cluster' } as const
const defaultPorts = { single: 6379, sentinel: 26379, cluster: 6379 }
const parameters = ['namespace', 'sentinel_username', 'sentinel_password', 'family']

/** Parses every form of REDIS_URL. Throws {@link RedisUrlError}. */
export function parseRedisUrl(text: string): RedisAddress {
  const [, tls, suffix = '', authority = '', rest = ''] =
    /^redis(s?)(\+sentinel|\+cluster)?:\/\/([^/?#]*)(.*)$/.exec(text) ?? []
  if (tls === undefined || authority === '') throw new RedisUrlError(forms)
  const kind = kinds[suffix as keyof typeof kinds]
  const at = authority.lastIndexOf('@')
  const nodes = authority
    .slice(at + 1)
    .split(',')
    .map((node) => nodeOf(node, defaultPorts[kind]))
  if (kind === 'single' && nodes.length > 1) {
    throw new RedisUrlError('names several hosts: begin it with redis+sentinel:// or redis+cluster://')
  }
  const [username, password] = credentialsOf(authority.slice(0, Math.max(at, 0)))
  // Only this part of it has the form of every URL.
  const { pathname, searchParams } = parseUrl(`redis://host${rest}`)
  const unknown = [...searchParams.keys()].find((name) => !parameters.includes(name))
  if (unknown !== undefined) throw new RedisUrlError(`has the unknown parameter "${unknown}"`)
  const path = decode(pathname.replace(/^\//, ''))
  const [primary, database] = kind === 'sentinel' ? (path.split('/') as [string, string?]) : [null, path]
  if (primary === '') throw new RedisUrlError('lacks the name of the primary: redis+sentinel://host:26379/mymaster')
  if (!/^\d*$/.test(database ?? '')) throw new RedisUrlError(`has the database "${database}", which is not a number`)
  if (kind === 'cluster' && Number(database) > 0)
    throw new RedisUrlError('names a database, but a Cluster has only one')
  const family = searchParams.get('family') ?? '0'
  if (!['0', '4', '6'].includes(family)) throw new RedisUrlError('has a family that is not 0, 4, or 6')
  return {
    kind,
    nodes,
    username,
    password,
    database: Number(database ?? 0),
    primary,
    sentinelUsername: searchParams.get('sentinel_username'),
    sentinelPassword: searchParams.get('sentinel_password'),
    isEncrypted: tls === 's',
    family: Number(family),
    namespace: searchParams.get('namespace'),
  }
}

function nodeOf(text: string, defaultPort: number): RedisNode {
  const { hostname, port } = parseUrl(`redis://${text}`)
  if (hostname === '') throw new RedisUrlError(forms)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? defaultPort : Number(port) }
}

function credentialsOf(text: string): [username: string | null, password: string | null] {
  if (text === '') return [null, null]
  const [username = '', ...password] = text.split(':')
  return [decode(username) || null, decode(password.join(':')) || null]
}

function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw new RedisUrlError(forms)
  return new URL(text)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new RedisUrlError('contains a "%" that must be written as %25')
  }
}
