import type { Handle } from '../../records/handle.ts'
import type { Match } from '../matching/match-record.ts'
import type { Outcome } from '../matching/match-records.ts'

/**
 * The reason for what happens to a HubSpot record: a matching rule (B44–B48), or something that comes before matching.
 */
export const rules = [
  'LINKED_ALREADY',
  'MATCHED_BY_HANDLE',
  'HANDLE_TAKEN',
  'NEW',
  'MISSING_HANDLE',
  'ACCOUNT_NOT_SYNCED',
  'LIMIT_EXCEEDED',
  'EXCLUDED',
  'OUT_OF_SCOPE',
  'NOT_IN_HUBSPOT',
  'UNREADABLE',
] as const
export type Rule = (typeof rules)[number]

/** What the sync would do with a single HubSpot record. */
export interface Finding {
  readonly rule: Rule
  /** Null if no matching rule was reached. */
  readonly outcome: Outcome | null
  /** Our record that is linked to it, or would be. */
  readonly recordId: string | null
  /** The handle that another record has, and the id of that record. */
  readonly taken: { readonly handle: Handle; readonly heldById: string } | null
}

/** The rule behind a match, and the record of ours that it concerns. */
export function ruleOf(match: Match, outcome: Outcome): { readonly rule: Rule; readonly recordId: string | null } {
  const { rule, recordId } = ruleOfMatch(match)
  return { rule: outcome === 'left-out' ? 'LIMIT_EXCEEDED' : rule, recordId }
}

function ruleOfMatch(match: Match): { readonly rule: Rule; readonly recordId: string | null } {
  switch (match.kind) {
    case 'update':
      return { rule: 'LINKED_ALREADY', recordId: match.record.id }
    case 'link':
      return { rule: 'MATCHED_BY_HANDLE', recordId: match.record.id }
    case 'create':
      return { rule: 'NEW', recordId: null }
    case 'handle-taken':
      return { rule: 'HANDLE_TAKEN', recordId: match.holder.id }
    case 'missing-handle':
      return { rule: 'MISSING_HANDLE', recordId: match.linked?.id ?? null }
    case 'account-not-synced':
      return { rule: 'ACCOUNT_NOT_SYNCED', recordId: match.linked?.id ?? null }
  }
}
