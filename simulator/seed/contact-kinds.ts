import { mix } from './mix.ts'

/**
 * The purpose of a seeded contact. Every kind except `ordinary` makes a first sync do something other than create the
 * contact. The kind is decided first and the values follow from it, so the expected result is known without matching
 * anything.
 */
export type ContactKind =
  | 'ordinary'
  | 'no-handle'
  | 'duplicate-email'
  | 'duplicate-phone'
  | 'duplicate-both'
  | 'impossible-date'
  | 'merged'
  | 'archived'

/** Number of contacts of each kind among any thousand consecutive contacts. */
export const KINDS_PER_THOUSAND: readonly (readonly [ContactKind, number])[] = [
  ['no-handle', 10],
  ['duplicate-email', 10],
  ['duplicate-phone', 10],
  ['duplicate-both', 2],
  ['impossible-date', 8],
  ['merged', 5],
  ['archived', 5],
]

const kindBySlot: ContactKind[] = KINDS_PER_THOUSAND.flatMap(([kind, count]) => Array<ContactKind>(count).fill(kind))

const isDuplicate = (kind: ContactKind) => kind.startsWith('duplicate-')

// 389 is coprime to 1000: the slots of a thousand consecutive indexes are a permutation.
const plannedKind = (seed: number, index: number): ContactKind =>
  kindBySlot[(index * 389 + (mix(seed, 0, 2) % 1000)) % 1000] ?? 'ordinary'

/**
 * Which handles an ordinary contact has. `full` ones have an email and a readable phone, so that a duplicate can copy
 * them.
 */
export type HandleShape = 'full' | 'email-only' | 'phone-only' | 'work-email-only' | 'mobile-only' | 'odd-phone'

const SHAPES: readonly HandleShape[] = [
  ...Array<HandleShape>(12).fill('full'),
  ...(['email-only', 'email-only', 'email-only', 'phone-only', 'phone-only'] as const),
  ...(['work-email-only', 'mobile-only', 'odd-phone'] as const),
]

export const handleShapeOf = (seed: number, index: number): HandleShape =>
  isDuplicate(plannedKind(seed, index)) ? 'full' : (SHAPES[mix(seed, index, 3) % SHAPES.length] ?? 'full')

const canBeHolder = (seed: number, index: number) =>
  plannedKind(seed, index) === 'ordinary' && handleShapeOf(seed, index) === 'full'

/** The earlier ordinary contact whose handle a duplicate repeats; undefined if there is none before it. */
export const holderOf = (seed: number, index: number, handle: 'email' | 'phone'): number | undefined => {
  const start = index === 0 ? 0 : mix(seed, index, handle === 'email' ? 4 : 5) % index
  for (let candidate = start; candidate >= 0; candidate--) if (canBeHolder(seed, candidate)) return candidate
  for (let candidate = start + 1; candidate < index; candidate++) if (canBeHolder(seed, candidate)) return candidate
  return undefined
}

/** The kind of the contact at this index. */
export const contactKindOf = (seed: number, index: number): ContactKind => {
  const planned = plannedKind(seed, index)
  return isDuplicate(planned) && holderOf(seed, index, 'email') === undefined ? 'ordinary' : planned
}
