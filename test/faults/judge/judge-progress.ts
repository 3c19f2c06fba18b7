import type { Followed, SeenState } from '../stage/follower.ts'
import { processedOf, type RunRow, terminalStatuses } from '../stage/run-watch.ts'

const outcomes = ['created', 'updated', 'unchanged', 'linked', 'skipped', 'failed'] as const
const rising = ['processed', ...outcomes] as const

/** I6 and I7, as a follower saw the run: counts never fall, outcomes add up, and the end is reported once. */
export function judgeFollower({ states, complaints, isComplete, transport }: Followed): string[] {
  const violations: string[] = complaints.map((complaint) => `B68 (${transport}): ${complaint}`)
  const say = (what: string) => violations.push(`I6 (${transport}): ${what}`)
  const of = ({ progress }: SeenState, name: string) => progress[name] ?? 0
  for (const [index, state] of states.entries()) {
    const before = states[index - 1]
    const sum = outcomes.reduce((total, outcome) => total + of(state, outcome), 0)
    if (sum !== of(state, 'processed'))
      violations.push(`I7 (${transport}): ${sum} outcomes of ${of(state, 'processed')}`)
    for (const name of rising) {
      if (before !== undefined && of(state, name) < of(before, name)) {
        say(`${name} fell from ${of(before, name)} to ${of(state, name)} in ${state.phase}`)
      }
    }
  }
  const isTerminal = ({ status }: SeenState) => (terminalStatuses as readonly string[]).includes(status)
  const ends = states.filter(isTerminal)
  if (!isComplete) say(`the stream did not complete after the run's end (${ends.length} terminal states)`)
  else if (ends.length !== 1) say(`${ends.length} terminal states in place of one`)
  return violations
}

/** I7 at the end of a run: every record was processed, and nothing failed because of us. */
export function judgeEnd(run: RunRow): string[] {
  const processed = processedOf(run)
  const violations: string[] = []
  if (!run.status.startsWith('COMPLETED')) {
    violations.push(`B53: the run ended ${run.status} (${run.failure_type}: ${run.failure_message})`)
  }
  if (run.total !== processed) violations.push(`I7: ${processed} of ${run.total} records were worked through`)
  if (run.failed > 0) violations.push(`B53: ${run.failed} records failed`)
  return violations
}

/** I8: a disturbed run did the same as an undisturbed one. */
export function judgeCounts(run: RunRow, undisturbed: RunRow): string[] {
  return outcomes
    .filter((outcome) => run[outcome] !== undisturbed[outcome])
    .map((outcome) => `I8: ${run[outcome]} ${outcome}, undisturbed ${undisturbed[outcome]}`)
}
