import type { RecordDraft } from '../mapping/record-draft.ts'
import { applyDraft } from './apply-draft.ts'
import { type Match, matchRecord } from './match-record.ts'
import { accountNotSynced, handleTaken, invalidValue, missingHandle, type Problem } from './problem.ts'
import type { DirectoryRecord, RecordDirectory } from './record-directory.ts'

/**
 * The result for one draft. `blocked` means skipped because of a taken handle; it is not final, since the holder may
 * release the handle later in the run (B51). `left-out` means past the limit (B29).
 */
export type Outcome = 'created' | 'updated' | 'unchanged' | 'linked' | 'skipped' | 'blocked' | 'left-out'

export interface SliceResult {
  /** Number of drafts by outcome. */
  readonly outcomes: Readonly<Record<Outcome, number>>
  readonly problems: readonly Problem[]
  /** Skipped records. This run did not confirm the records that follow them (B40). */
  readonly skippedIds: readonly bigint[]
  /** Those among them that are skipped because of a taken handle. */
  readonly blockedIds: ReadonlySet<bigint>
  /** Those among them that are past the limit. */
  readonly leftOutIds: readonly bigint[]
  /** Number of ACTIVE links gained. */
  readonly linksGained: number
}

export const noResult: SliceResult = {
  outcomes: { created: 0, updated: 0, unchanged: 0, linked: 0, skipped: 0, blocked: 0, 'left-out': 0 },
  problems: [],
  skippedIds: [],
  blockedIds: new Set(),
  leftOutIds: [],
  linksGained: 0,
}

/** The combined result of both. */
export function addResults(a: SliceResult, b: SliceResult): SliceResult {
  const outcomes = { ...a.outcomes }
  for (const [outcome, count] of Object.entries(b.outcomes) as [Outcome, number][]) outcomes[outcome] += count
  return {
    outcomes,
    problems: [...a.problems, ...b.problems],
    skippedIds: [...a.skippedIds, ...b.skippedIds],
    blockedIds: new Set([...a.blockedIds, ...b.blockedIds]),
    leftOutIds: [...a.leftOutIds, ...b.leftOutIds],
    linksGained: a.linksGained + b.linksGained,
  }
}

export interface MatchingRules {
  /** A record without a handle is skipped, because an email or phone property is mapped (B45). */
  readonly needsHandle: boolean
  /** Number of ACTIVE links that the workspace may still gain (B29). */
  readonly room: number
  /**
   * Records that were past the limit before. They are tried in order while there is room. After the first one without
   * room, none is tried (B29).
   */
  readonly leftOutBefore?: ReadonlySet<bigint>
  /** Whether there has been room for each of them so far. Default true. */
  readonly admitsLeftOut?: boolean
  newRecordId(): string
  /** Receives the outcome of each draft, and the rule behind it. */
  readonly observe?: (observation: Observation) => void
}

export interface Observation {
  readonly draft: RecordDraft
  readonly match: Match
  readonly outcome: Outcome
}

/** Processes the drafts in the given order, which must be ascending by id (B51). The changes are in `directory`. */
export function matchRecords(
  drafts: readonly RecordDraft[],
  directory: RecordDirectory,
  rules: MatchingRules,
): SliceResult {
  const outcomes = { ...noResult.outcomes }
  const problems: Problem[] = []
  const skippedIds: bigint[] = []
  const leftOutIds: bigint[] = []
  const blockedIds = new Set<bigint>()
  let linksGained = 0

  const follow = (draft: RecordDraft, match: Match): Outcome => {
    switch (match.kind) {
      case 'missing-handle':
        problems.push(missingHandle(draft, match.linked))
        // If a value was meant to be its handle but is not one, that value explains why the record has no handle (B49).
        for (const invalid of draft.invalidValues) {
          if (invalid.isHandle) problems.push(invalidValue(draft, invalid, match.linked?.id ?? null))
        }
        return 'skipped'
      case 'account-not-synced':
        problems.push(accountNotSynced(draft, match.linked))
        return 'skipped'
      case 'handle-taken':
        problems.push(handleTaken(draft, match, match.others, match.linked))
        return 'blocked'
      case 'create':
        return admit() ? write(draft, directory.create(rules.newRecordId()), 'created') : 'left-out'
      case 'link':
        return admit(match.record) ? write(draft, match.record, 'linked') : 'left-out'
      case 'update':
        return admit(match.record, ...match.mergedAway)
          ? write(draft, match.record, 'updated', match.mergedAway)
          : 'left-out'
    }
  }

  /** One link that follows HubSpot replaces those that these records have (B29, B59). */
  const admit = (...records: readonly DirectoryRecord[]): boolean => {
    const ended = records.filter(({ link }) => link?.state === 'ACTIVE').length
    if (ended === 0 && linksGained >= rules.room) return false
    linksGained += 1 - ended
    return true
  }

  const write = (
    draft: RecordDraft,
    record: DirectoryRecord,
    outcome: 'created' | 'linked' | 'updated',
    mergedAway: readonly DirectoryRecord[] = [],
  ): Outcome => {
    const changed = applyDraft(draft, record, directory, mergedAway)
    for (const invalid of draft.invalidValues) problems.push(invalidValue(draft, invalid, record.id))
    return outcome === 'updated' && !changed ? 'unchanged' : outcome
  }

  let admitsLeftOut = rules.admitsLeftOut ?? true
  for (const draft of drafts) {
    const wasLeftOut = rules.leftOutBefore?.has(draft.hubspotId) ?? false
    if (wasLeftOut && linksGained >= rules.room) admitsLeftOut = false
    if (wasLeftOut && !admitsLeftOut) {
      outcomes['left-out'] += 1
      leftOutIds.push(draft.hubspotId)
      skippedIds.push(draft.hubspotId)
      continue
    }
    const match = matchRecord(draft, directory, rules.needsHandle)
    const outcome = follow(draft, match)
    rules.observe?.({ draft, match, outcome })
    outcomes[outcome] += 1
    if (outcome === 'skipped' || outcome === 'blocked' || outcome === 'left-out') skippedIds.push(draft.hubspotId)
    if (outcome === 'blocked') blockedIds.add(draft.hubspotId)
    if (outcome === 'left-out') leftOutIds.push(draft.hubspotId)
  }
  return { outcomes, problems, skippedIds, blockedIds, leftOutIds, linksGained }
}
