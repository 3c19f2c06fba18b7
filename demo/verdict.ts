import { expectedAccountsOutcome } from '../simulator/expected-accounts-outcome.ts'
import { expectedOutcome } from '../simulator/expected-outcome.ts'
import type { Run } from './follow-run.ts'

/**
 * How a run over the list differs from the result that the simulated data should lead to; empty if it does not differ.
 */
export function findDeviations(run: Run, seed: number, contacts: number): string[] {
  const { total, created, skipped, errors } = expectedOutcome(seed, contacts)
  return compare('list', run, { processed: total, created, skipped }, errors)
}

/** The same for a run over companies and the contacts of their accounts. */
export function findDeviationsOfAccounts(
  run: Run,
  seed: number,
  size: { readonly contacts: number; readonly companies: number },
): string[] {
  const { accounts, contacts, errors } = expectedAccountsOutcome(seed, size)
  const sums = {
    processed: accounts.total + contacts.total,
    created: accounts.created + contacts.created,
    skipped: accounts.skipped + contacts.skipped,
  }
  return compare('accounts', run, sums, errors)
}

function compare(
  what: string,
  { status, progress }: Run,
  sums: Readonly<Record<'processed' | 'created' | 'skipped', number>>,
  errors: Readonly<Record<string, number>>,
): string[] {
  const hasErrors = Object.values(errors).some((count) => count > 0)
  const wanted = {
    status: hasErrors ? 'COMPLETED_WITH_ERRORS' : 'COMPLETED',
    ...sums,
    updated: 0,
    unchanged: 0,
    linked: 0,
    failed: 0,
  }
  const actual: Record<string, unknown> = { status, ...progress }
  return Object.entries(wanted)
    .filter(([name, value]) => actual[name] !== value)
    .map(([name, value]) => `${what}: ${name} is ${actual[name]} and must be ${value}`)
}
