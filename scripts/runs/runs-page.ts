import type { RunStatus } from '../../src/generated/prisma/enums.ts'
import { phases, states } from '../../src/sync/runs/run-states.ts'
import { formatMarkdown } from '../format-markdown.ts'

export const runsFile = new URL('../../docs/runs.md', import.meta.url)

interface RunEvent {
  readonly event: string
  readonly from: readonly RunStatus[]
  readonly to: RunStatus
  /** The function that does it, and its file. */
  readonly by: string
}

/** The events that move a run. Together they must cover exactly the steps that `states` allows; otherwise `runsPage` throws. */
const events: readonly RunEvent[] = [
  {
    event: 'A worker takes the run up.',
    from: ['QUEUED'],
    to: 'RUNNING',
    by: '`takeUpRun`, `src/sync/runs/run.ts`',
  },
  {
    event: 'Its worker died or ended its turn, and another worker takes the run up.',
    from: ['RUNNING'],
    to: 'RUNNING',
    by: '`takeUpRun`, `src/sync/runs/run.ts`',
  },
  {
    event: 'An admin pauses the sync (B38).',
    from: ['QUEUED', 'RUNNING', 'THROTTLED'],
    to: 'PAUSED',
    by: '`pauseSync`, `src/sync/runs/control-run.ts`',
  },
  {
    event: 'Many records left HubSpot at once (B58).',
    from: ['RUNNING'],
    to: 'PAUSED',
    by: '`holdRun`, `src/sync/engine/end-run.ts`',
  },
  {
    event: 'An admin resumes the sync, or confirms the departures (B38, B58).',
    from: ['PAUSED'],
    to: 'QUEUED',
    by: '`resumeSync`, `src/sync/runs/control-run.ts`',
  },
  {
    event: 'HubSpot accepts no calls for now, or does not answer.',
    from: ['RUNNING'],
    to: 'THROTTLED',
    by: '`throttleRun`, `src/sync/engine/end-run.ts`',
  },
  {
    event: '`resumeAt` is reached.',
    from: ['THROTTLED'],
    to: 'QUEUED',
    by: '`recoverRuns`, `src/sync/runs/recover-runs.ts`',
  },
  {
    event: 'Every phase is done, and no error is open.',
    from: ['RUNNING'],
    to: 'COMPLETED',
    by: '`completeRun`, `src/sync/engine/end-run.ts`',
  },
  {
    event: 'Every phase is done, and errors are open (B53).',
    from: ['RUNNING'],
    to: 'COMPLETED_WITH_ERRORS',
    by: '`completeRun`, `src/sync/engine/end-run.ts`',
  },
  {
    event:
      'Waiting cannot help: the log-in was rejected (B17), the list was deleted, HubSpot did not answer for hours, or the run made no progress.',
    from: ['RUNNING'],
    to: 'FAILED',
    by: '`failRun`, `src/sync/engine/end-run.ts`',
  },
  {
    event: 'An admin cancels the run (B39), or the workspace is connected to another portal (B18).',
    from: ['QUEUED', 'RUNNING', 'PAUSED', 'THROTTLED'],
    to: 'CANCELLED',
    by: '`cancelSyncRun`, `cancelRuns`, `src/sync/runs/control-run.ts`',
  },
]

/** The page about runs, printed from the table of their states. Throws if the events and the table disagree. */
export async function runsPage(): Promise<string> {
  requireSameSteps()
  return formatMarkdown(page(), runsFile)
}

function page(): string {
  return `# Runs

A run is one pass of the sync. Its row in \`sync_run\` is the truth about its settings, position, and counts. Only \`src/sync/runs\`
writes that row. This page is generated from \`src/sync/runs/run-states.ts\` by \`npm run generate\`.

## States

| status | meaning | open | may be followed by |
| --- | --- | --- | --- |
${rowsOf(states, (status, { meaning, isOpen, next }) => [status, meaning, isOpen ? 'yes' : 'no', next.join(', ') || 'nothing'])}

\`transition\` moves a run from one status to another and rejects every step that is not in this table. It throws
\`RunTakenError\` if the run no longer has the status that the caller expects.

## Events

| event | from | to | by |
| --- | --- | --- | --- |
${events.map(({ event, from, to, by }) => `| ${event} | ${from.join(', ')} | ${to} | ${by} |`).join('\n')}

## Phases

A run goes through the phases in this order and skips those that do not apply: accounts if they are turned off, contacts in a run over
accounts only, and COLLECTING_CONTACTS unless contacts come from synced accounts.

| phase | step | records | followed by |
| --- | --- | --- | --- |
${rowsOf(phases, (phase, { step, objectType, next }) => [phase, step, objectType ?? '', next ?? ''])}

## What always holds

| invariant | enforced by |
| --- | --- |
| A workspace has at most one full run that has not ended (B11). | The unique index \`sync_run_one_under_way\`. \`createRun\` takes the workspace's row lock first. |
| One worker at a time works on a run. | The lease \`run:<id>\`, a PostgreSQL session that ends 15 seconds after its holder's last sign of life. |
| Late writes of an earlier worker are refused. | \`fence\`: each lease has a higher number than all leases before it, and every statement of a worker contains the number under which it took the run up. |
| A page is written once and never skipped (I8). | \`moveRun\` moves the checkpoint and the counts in the page's transaction, and only if they are where the worker left them. |
| Counts never fall, and add up to the number of processed records (B69, I7). | \`moveRun\` only adds. Blocked records are counted when their phase ends. |
| A run that has ended stays ended (I6). | A status that is not open has no successor. |
| A run that stopped moving is taken up again. | \`recoverRuns\`, every five seconds in each worker: runs without a sign of life for 15 seconds, and runs whose \`resumeAt\` is reached. |
| Due times do not depend on a worker's clock (B9). | \`databaseClock\`: every time that is written or compared comes from PostgreSQL. |

## Known gaps

- A run that a worker leaves because of a PostgreSQL error is taken up again after at most 20 seconds, not at once.
- The program enforces the table. An operator who writes \`sync_run\` by hand can break it.
`
}

function rowsOf<Key extends string, Row>(table: Readonly<Record<Key, Row>>, cells: (key: Key, row: Row) => string[]) {
  const keys = Object.keys(table) as Key[]
  return keys.map((key) => `| ${cells(key, table[key]).join(' | ')} |`).join('\n')
}

function requireSameSteps(): void {
  const told = events.flatMap(({ from, to }) => from.map((status) => `${status} → ${to}`))
  const allowed = Object.entries(states).flatMap(([from, { next }]) => next.map((to) => `${from} → ${to}`))
  const differing = [
    ...allowed.filter((step) => !told.includes(step)),
    ...told.filter((step) => !allowed.includes(step)),
  ]
  if (differing.length > 0) throw new Error(`docs/runs.md and run-states.ts disagree about ${differing.join('; ')}`)
}
