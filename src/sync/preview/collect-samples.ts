import type { ObjectType } from '../../generated/prisma/enums.ts'
import type { Observation } from '../matching/match-records.ts'
import { type Rule, ruleOf } from './rules.ts'

/** Number of records shown per outcome. */
const samplesPerOutcome = 5

export interface Sample {
  readonly objectType: ObjectType
  readonly hubspotId: string
  readonly outcome: SampleOutcome
  readonly rule: Rule
  /** Our record that it matched: updated, linked, or in its way; null if there is none. */
  readonly recordId: string | null
}

export const sampleOutcomes = ['CREATED', 'UPDATED', 'LINKED', 'SKIPPED'] as const
export type SampleOutcome = (typeof sampleOutcomes)[number]

/**
 * Some records of each outcome. The last outcome of a record counts, since a skipped one may get through later (B51).
 */
export class Samples {
  readonly #samples = new Map<string, Sample>()

  readonly observe = (objectType: ObjectType, { draft, match, outcome }: Observation): void => {
    const key = `${objectType} ${draft.hubspotId}`
    const told = outcomeOf(outcome)
    const { rule, recordId } = ruleOf(match, outcome)
    const known = this.#samples.delete(key)
    if (told === null || (!known && this.#count(told, objectType) >= samplesPerOutcome)) return
    this.#samples.set(key, { objectType, hubspotId: String(draft.hubspotId), outcome: told, rule, recordId })
  }

  all(): Sample[] {
    return [...this.#samples.values()].sort(
      (a, b) => sampleOutcomes.indexOf(a.outcome) - sampleOutcomes.indexOf(b.outcome),
    )
  }

  #count(outcome: SampleOutcome, objectType: ObjectType): number {
    let count = 0
    for (const sample of this.#samples.values()) {
      if (sample.outcome === outcome && sample.objectType === objectType) count += 1
    }
    return count
  }
}

function outcomeOf(outcome: Observation['outcome']): SampleOutcome | null {
  switch (outcome) {
    case 'created':
      return 'CREATED'
    case 'updated':
      return 'UPDATED'
    case 'linked':
      return 'LINKED'
    case 'unchanged':
      return null
    default:
      return 'SKIPPED'
  }
}
