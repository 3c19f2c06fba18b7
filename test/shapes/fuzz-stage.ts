import type { SimulatedPortal, Simulator } from '../../simulator/index.ts'
import { createCustomField } from '../../src/custom-fields/manage-custom-fields.ts'
import type { SyncRun } from '../../src/generated/prisma/client.ts'
import { setUpAccountsAndContacts } from '../support/set-up-accounts.ts'
import type { TestDatabase } from '../support/test-database.ts'
import { createTestSync, startTestSimulator, type TestSync } from '../support/test-sync.ts'
import { believedBecause } from './believed.ts'
import { describeMutation, drawMutation, drawsOf, type Json, type Mutation, mutated, pick } from './mutate.ts'
import { type OddProxy, type PassedCall, startOddProxy } from './odd-proxy.ts'
import { type PassingClock, passingClock, runRecordsToTheirEnd, runToItsEnd } from './run-to-its-end.ts'
import { differences, isSameState, type ToldState, tellState } from './tell-state.ts'
import { bringTo, everyRecord, otherState, prepare, type State } from './two-states.ts'

const tuning = { membershipLimit: 4, pageSize: 6, readLimit: 3, sliceSize: 4 }

/** Where contacts come from, or how they are synced. */
export type StageName = 'FROM_LIST' | 'FROM_SYNCED_ACCOUNTS' | 'SINGLE_RECORDS'

/** A workspace whose HubSpot alternates between two states. */
interface Stage {
  readonly name: StageName
  readonly sync: TestSync
  readonly simulator: Simulator
  readonly portal: SimulatedPortal
  readonly proxy: OddProxy
  readonly clock: PassingClock
  /** The contents of the store after an undisturbed run in each state. */
  readonly references: Record<State, ToldState>
  /** Every answer of an undisturbed run that leads to the state. */
  readonly recorded: Record<State, readonly PassedCall[]>
  at: State
}

const nothingTold: ToldState = { records: new Map(), errors: new Map() }

export async function openStage(database: TestDatabase, name: StageName): Promise<Stage> {
  const clock = passingClock()
  const simulator = await startTestSimulator({ portals: [{ empty: true }], clock: clock.now })
  const proxy = await startOddProxy(simulator.url)
  const portal = simulator.portal()
  prepare(portal)
  bringTo(portal, 'A')
  const sync = await createTestSync({
    simulator: { ...simulator, url: proxy.url },
    database,
    tuning,
    now: () => new Date(clock.now()),
  })
  const field = async (title: string) =>
    (await createCustomField(database, sync.viewer, { objectType: 'CONTACT', name: title, type: 'STRING' })).key
  await setUpAccountsAndContacts(sync, {
    ...(name !== 'FROM_SYNCED_ACCOUNTS' && { listId: '42' }),
    contactMappings: [
      { property: 'firstname', target: 'FIRST_NAME' },
      { property: 'lastname', target: 'LAST_NAME' },
      { property: 'email', target: 'EMAIL' },
      { property: 'phone', target: 'PHONE' },
      { property: 'lifecyclestage', target: 'CUSTOM_FIELD', customField: await field('Stage') },
      { property: 'hubspot_owner_id', target: 'CUSTOM_FIELD', customField: await field('Owner') },
    ],
  })
  const stage: Stage = {
    name,
    sync,
    simulator,
    portal,
    proxy,
    clock,
    references: { A: nothingTold, B: nothingTold },
    recorded: { A: [], B: [] },
    at: 'A',
  }
  // Single records are synced once a sync has been started.
  if (name === 'SINGLE_RECORDS') await runToItsEnd(sync, clock)
  // By the second time, each state has followed the other one.
  for (const state of ['A', 'B', 'A', 'B'] as const) await record(stage, state)
  return stage
}

async function record(stage: Stage, state: State): Promise<void> {
  const calls: PassedCall[] = []
  stage.proxy.change = (call) => {
    calls.push(call)
    return call.body
  }
  bringTo(stage.portal, state)
  stage.simulator.expireAccessTokens()
  const run = await play(stage)
  if (run.status !== 'COMPLETED') throw new Error(`an undisturbed run ends ${run.status}: ${run.failureMessage}`)
  stage.references[state] = await tellState(stage.sync.database, stage.sync.viewer.workspaceId)
  stage.recorded[state] = calls.filter(({ body, status }) => status < 300 && isJson(body))
  stage.at = state
  stage.proxy.change = ({ body }) => body
}

/** The result of a changed answer. */
export type Way = 'same' | 'said' | 'believed' | 'not-sent'

/**
 * Changes one answer of a run and looks at the result. Returns `same` if the state is that of an undisturbed run, `said` if
 * the change was reported, `believed` if it was accepted, or `not-sent` if the run never received that answer. Throws with
 * the case in words if records are missing, have left, or have other values, and nothing was reported.
 */
export async function tryMutation(stage: Stage, seed: number, number: number): Promise<Way> {
  const draw = drawsOf(seed * 1_000_003 + number)
  // By its number, so that a case can be repeated by itself.
  const before: State = Math.floor(number / 2) % 2 === 0 ? 'B' : 'A'
  if (stage.at !== before) {
    bringTo(stage.portal, before)
    await play(stage)
    stage.at = before
  }
  const target = otherState(before)
  const call = drawCall(draw, stage.recorded[target])
  const endpoint = endpointOf(call)
  const mutation = drawMutation(draw, JSON.parse(call.body) as Json)
  const times = draw() < 0.3 ? 1 : Number.POSITIVE_INFINITY
  const why = believedBecause(endpoint, mutation)
  const fail = (what: string): never => {
    throw new Error(
      `${stage.name}, seed ${seed}, case ${number}: ${endpoint} ${describeMutation(mutation)}, ` +
        `${times === 1 ? 'once' : 'each time'}, on the way to ${target}\n${what}`,
    )
  }
  bringTo(stage.portal, target)
  if (endpoint.endsWith('/token')) stage.simulator.expireAccessTokens()
  const isSent = disturb(stage, call, mutation, times)
  const run = await play(stage)
  stage.proxy.change = ({ body }) => body
  stage.at = target
  const told = await tellState(stage.sync.database, stage.sync.viewer.workspaceId)
  const problem = judge(stage.references[before], stage.references[target], told, run, why !== null)
  if (problem !== null) fail(problem)
  if (isSameState(told, stage.references[target]) && run.status === 'COMPLETED') return isSent() ? 'same' : 'not-sent'
  await mend(stage, run)
  const mended = await tellState(stage.sync.database, stage.sync.viewer.workspaceId)
  if (!isSameState(mended, stage.references[target])) {
    fail(`the next run does not mend it:\n${explain(stage.references[target], mended)}`)
  }
  return why === null ? 'said' : 'believed'
}

/** Makes the store follow HubSpot, in the stage's way. */
function play({ name, sync, clock }: Stage): Promise<SyncRun> {
  return name === 'SINGLE_RECORDS' ? runRecordsToTheirEnd(sync, clock, everyRecord) : runToItsEnd(sync, clock)
}

/** Each endpoint is equally likely, however often it is called. */
function drawCall(draw: () => number, calls: readonly PassedCall[]): PassedCall {
  const endpoints = [...new Set(calls.map(endpointOf))]
  const endpoint = pick(draw, endpoints)
  return pick(
    draw,
    calls.filter((call) => endpointOf(call) === endpoint),
  )
}

const endpointOf = ({ url }: PassedCall) => (url.split('?', 1)[0] ?? '').replace(/\/$/, '')

function disturb(stage: Stage, call: PassedCall, mutation: Mutation, times: number): () => boolean {
  const isToken = endpointOf(call).endsWith('/token')
  let left = times
  let isTold = false
  stage.proxy.change = (passed) => {
    const isIt =
      passed.method === call.method && passed.url === call.url && (isToken || passed.requestBody === call.requestBody)
    if (!isIt || left <= 0 || !isJson(passed.body)) return passed.body
    left--
    isTold = true
    return mutated(passed.body, mutation)
  }
  return () => isTold
}

/** An undisturbed run, after a log-in if the connection was lost. */
async function mend(stage: Stage, { id }: SyncRun): Promise<void> {
  const { database, connection, viewer } = stage.sync
  const { workspaceId } = viewer
  await database.pool.query(
    `UPDATE sync_run SET status = 'CANCELLED' WHERE id = $1 AND status NOT IN ('COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED')`,
    [id],
  )
  const { accessToken, refreshToken } = stage.simulator.issueAccessToken()
  await database.pool.query(
    `UPDATE hubspot_connection SET status = 'CONNECTED', access_token = $2, refresh_token = $3,
       access_token_expires_at = $4::timestamptz + interval '30 minutes',
       access_token_renew_at = $4::timestamptz + interval '25 minutes'
     WHERE workspace_id = $1`,
    [
      workspaceId,
      connection.encryption.encrypt(accessToken, workspaceId),
      connection.encryption.encrypt(refreshToken, workspaceId),
      new Date(stage.clock.now()),
    ],
  )
  const run = await runToItsEnd(stage.sync, stage.clock)
  if (run.status !== 'COMPLETED') throw new Error(`the run after it ends ${run.status}: ${run.failureMessage}`)
}

/** What is wrong, in words; null if nothing is. */
function judge(
  before: ToldState,
  target: ToldState,
  told: ToldState,
  run: SyncRun,
  isBelieved: boolean,
): string | null {
  for (const key of before.records.keys()) if (!told.records.has(key)) return `${key} is deleted`
  if (run.status === 'FAILED' && !run.failureMessage) return 'the run failed and does not say why'
  if (isBelieved) return null
  const isCompleted = run.status === 'COMPLETED' || run.status === 'COMPLETED_WITH_ERRORS'
  for (const key of differences(target, told)) {
    const [is, was, wanted] = [told.records.get(key), before.records.get(key), target.records.get(key)]
    const isSaid = told.errors.has(key) || told.errors.has(`${key.split(' ')[0]} 0`)
    if (isCompleted && !isSaid) return `${key} is ${JSON.stringify(is)}, and nobody is told; run ${run.status}`
    if (is === undefined) continue
    if (is.link !== was?.link && is.link !== wanted?.link) return `${key} has become ${is.link}`
    if (is.account !== was?.account && is.account !== wanted?.account) return `${key} belongs to ${is.account}`
    if (!isSaid && is.values !== was?.values && is.values !== wanted?.values) return `${key} says ${is.values}`
  }
  return null
}

function explain(wanted: ToldState, is: ToldState): string {
  const lines = differences(wanted, is).map(
    (key) => `${key}: ${JSON.stringify(is.records.get(key))}, not ${JSON.stringify(wanted.records.get(key))}`,
  )
  return [...lines, ...[...is.errors].map(([key, message]) => `${key}: ${message}`)].join('\n')
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
