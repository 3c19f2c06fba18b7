import { Presets, SingleBar } from 'cli-progress'
import pc from 'picocolors'
import type { RunProgressSubscription } from '../client/generated/graphql.ts'
import { graphql } from '../client/generated/index.ts'
import type { GraphQLClient } from '../client/graphql-client.ts'
import { expectType } from './expect-type.ts'

const Start = graphql(`
  mutation Start {
    startSync {
      __typename
      ... on StartSyncPayload { syncRun { id } }
      ... on UserError { message }
    }
  }
`)

const RunProgress = graphql(`
  subscription RunProgress($runId: ID!) {
    syncProgress(runId: $runId) {
      id
      status
      phaseTitle
      failure { title message resolution }
      progress { processed total created updated unchanged linked skipped failed ratePerSecond etaSeconds }
      startedAt
      finishedAt
    }
  }
`)

export type Run = RunProgressSubscription['syncProgress']

/** Starts a run, or joins the run in progress, and yields its states from the subscription. */
export async function* startAndWatch(client: GraphQLClient): AsyncGenerator<Run> {
  const { syncRun } = expectType((await client.request(Start)).startSync, 'StartSyncPayload')
  const runId = syncRun.id
  for await (const { syncProgress } of client.subscribe(RunProgress, { runId })) yield syncProgress
}

/** Starts a run and shows its progress from the subscription. Returns the final state. */
export async function followRun(client: GraphQLClient): Promise<Run> {
  const bar = new SingleBar(
    {
      format: `  ${pc.cyan('{bar}')} {percentage}%  {value}/{total}  {rate}/s  created {created}  skipped {skipped}  {phase}`,
      hideCursor: true,
      // If nobody is watching, as in a log, a line now and then is enough.
      noTTYOutput: true,
      notTTYSchedule: 2_000,
    },
    Presets.shades_classic,
  )
  const words = ({ phaseTitle, progress }: Run) => ({
    phase: phaseTitle,
    rate: progress.ratePerSecond == null ? '–' : Math.round(progress.ratePerSecond),
    created: progress.created,
    skipped: progress.skipped,
  })
  let last: Run | null = null
  try {
    for await (const run of startAndWatch(client)) {
      last = run
      const { total, processed } = run.progress
      // Until the size of the list is known, there is nothing to draw.
      if (total == null) continue
      if (!bar.isActive) bar.start(total, processed, words(run))
      bar.setTotal(total)
      bar.update(processed, words(run))
    }
  } finally {
    bar.stop()
  }
  if (last === null) throw new Error('The subscription ended without a state.')
  return last
}
