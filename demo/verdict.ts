import { expectedOutcome } from '../simulator/expected-outcome.ts'
import type { Run } from './follow-run.ts'

/** How the run differs from what the making of the simulated data says it must give; empty if it does not. */
export function findDeviations({ status, progress }: Run, seed: number, contacts: number): string[] {
  const expected = expectedOutcome(seed, contacts)
  const hasErrors = Object.values(expected.errors).some((count) => count > 0)
  const wanted = {
    status: hasErrors ? 'COMPLETED_WITH_ERRORS' : 'COMPLETED',
    processed: expected.total,
    created: expected.created,
    skipped: expected.skipped,
    updated: 0,
    unchanged: 0,
    linked: 0,
    failed: 0,
  }
  const actual: Record<string, unknown> = { status, ...progress }
  return Object.entries(wanted)
    .filter(([name, value]) => actual[name] !== value)
    .map(([name, value]) => `${name} is ${actual[name]} and must be ${value}`)
}
