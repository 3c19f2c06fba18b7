/** A value of JSON. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export type MutationKind = 'drop' | 'null' | 'type' | 'duplicate' | 'reorder' | 'extra' | 'truncate' | 'huge'

/** One change to one place of an answer's body. */
export interface Mutation {
  readonly kind: MutationKind
  /** Keys and indexes from the root; empty for the body as a whole. */
  readonly path: readonly (string | number)[]
  /** The new value; undefined if something is removed or the body is no longer JSON. */
  readonly to?: Json
}

/** A number from 0 up to 1, the same sequence for the same seed. */
export type Draw = () => number

export function drawsOf(seed: number): Draw {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function pick<T>(draw: Draw, from: readonly T[]): T {
  const picked = from[Math.floor(draw() * from.length)]
  if (picked === undefined) throw new Error('there is nothing to pick from')
  return picked
}

/** The path with every index as "*": places of the same kind. */
export const patternOf = (path: readonly (string | number)[]): string =>
  path.map((step) => (typeof step === 'number' ? '*' : step)).join('.')

/** Draws a change. Each kind of place is equally likely, however often it occurs. */
export function drawMutation(draw: Draw, body: Json): Mutation {
  const places = new Map<string, (readonly (string | number)[])[]>()
  for (const path of pathsIn(body)) {
    const pattern = patternOf(path)
    places.set(pattern, [...(places.get(pattern) ?? []), path])
  }
  const path = pick(draw, pick(draw, [...places.values()]))
  const value = valueAt(body, path)
  const kind = pick(draw, kindsFor(value, path))
  return { kind, path, ...replacement(draw, kind, value) }
}

function* pathsIn(value: Json, path: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  yield path
  if (value === null || typeof value !== 'object') return
  for (const [key, inner] of Object.entries(value)) {
    yield* pathsIn(inner, [...path, Array.isArray(value) ? Number(key) : key])
  }
}

function kindsFor(value: Json, path: readonly unknown[]): MutationKind[] {
  const kinds: MutationKind[] = ['null', 'type']
  if (path.length > 0) kinds.push('drop')
  if (path.length === 0 || typeof value === 'string') kinds.push('truncate')
  if (Array.isArray(value)) {
    if (value.length > 1) kinds.push('reorder', 'truncate')
    if (value.length > 0) kinds.push('duplicate', 'huge')
  }
  if (typeof value === 'object') kinds.push('extra')
  if (typeof value === 'string' || typeof value === 'number') kinds.push('huge')
  return kinds
}

const others: readonly Json[] = [17, 1.5, true, false, 'odd', '', [], {}, [null], { odd: 1 }]

function replacement(draw: Draw, kind: MutationKind, value: Json): { to?: Json } {
  switch (kind) {
    case 'drop':
      return {}
    case 'null':
      return { to: null }
    case 'type':
      return {
        to: pick(
          draw,
          others.filter((other) => typeOf(other) !== typeOf(value)),
        ),
      }
    case 'duplicate': {
      const list = value as Json[]
      const index = Math.floor(draw() * list.length)
      return { to: [...list.slice(0, index), list[index] ?? null, ...list.slice(index)] }
    }
    case 'reorder':
      return { to: [...(value as Json[])].reverse() }
    case 'extra':
      if (Array.isArray(value)) return { to: [...value, pick(draw, others)] }
      return { to: { ...(value as object), odd: pick(draw, others) } as Json }
    case 'truncate':
      if (typeof value === 'string') return { to: value.slice(0, Math.floor(value.length / 2)) }
      if (Array.isArray(value)) return { to: value.slice(0, Math.floor(value.length / 2)) }
      return {}
    case 'huge':
      if (typeof value === 'string') return { to: value.padEnd(70_000, value || 'x') }
      if (typeof value === 'number') return { to: pick(draw, [2 ** 53 + 2, 1e300, -1]) }
      return { to: Array.from({ length: 40 }, () => value as Json[]).flat() }
  }
}

const typeOf = (value: Json) => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value)

function valueAt(body: Json, path: readonly (string | number)[]): Json {
  let value: Json = body
  for (const step of path) value = (value as Record<string | number, Json>)[step] ?? null
  return value
}

/** The text of an answer with the change. Unchanged if the answer has no such place. */
export function mutated(text: string, { kind, path, to }: Mutation): string {
  if (path.length === 0 && kind === 'truncate') return text.slice(0, Math.floor(text.length / 2))
  if (path.length === 0) return JSON.stringify(to)
  const body = JSON.parse(text) as Json
  const last = path.at(-1) ?? ''
  const holder = valueAt(body, path.slice(0, -1))
  if (holder === null || typeof holder !== 'object' || !(last in holder)) return text
  if (kind !== 'drop') Object.assign(holder, { [last]: to })
  else if (Array.isArray(holder)) holder.splice(Number(last), 1)
  else delete (holder as Record<string, Json>)[last]
  return JSON.stringify(body)
}

export function describeMutation({ kind, path, to }: Mutation): string {
  const text = to === undefined ? '' : ` → ${JSON.stringify(to).slice(0, 60)}`
  return `${kind} ${path.join('.') || 'the body'}${text}`
}
