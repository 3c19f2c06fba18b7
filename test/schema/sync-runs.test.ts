import { expect, test } from 'vitest'
import type { SyncRunFilter } from '../../client/generated/graphql.ts'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeRun } from '../support/graphql/stored-rows.ts'

const Parts = graphql(`
  query Parts($id: ID!) {
    syncRun(id: $id) {
      scope objectType withAccounts phaseTitle holdReason resumeAt
      all: progress { ...Counts }
      accounts: progress(objectType: ACCOUNT) { ...Counts }
      contacts: progress(objectType: CONTACT) { ...Counts }
    }
  }
  fragment Counts on SyncProgress { processed total created updated unchanged linked skipped failed ratePerSecond etaSeconds }
`)
const Runs = graphql(`
  query Runs($filter: SyncRunFilter) { syncRuns(filter: $filter, first: 10) { totalCount edges { node { id } } } }
`)

const api = await startTestApi()
const accounts = { created: 3, updated: 1, unchanged: 0, linked: 0, skipped: 1, failed: 0 }
const both = { created: 13, updated: 1, unchanged: 5, linked: 0, skipped: 2, failed: 0, total: 45 }
const nothing = { processed: 0, created: 0, updated: 0, unchanged: 0, linked: 0, skipped: 0, failed: 0 }

async function partsOf(data: Parameters<typeof storeRun>[2]) {
  const { workspaceId, token } = await api.createWorkspace()
  const run = await storeRun(api.database, workspaceId, data)
  const { data: answer } = await api.post(Parts, { id: globalId('SyncRun', run.id) }, { token })
  return answer?.syncRun
}

test('B66, B68, B69: the progress of accounts and of contacts adds up to that of the run', async () => {
  const run = await partsOf({
    ...both,
    status: 'RUNNING',
    phase: 'SYNCING_CONTACTS',
    withAccounts: true,
    accountsProgress: accounts,
    ratePerSecond: 12,
  })

  expect(run?.all).toMatchObject({ processed: 21, total: 45, ratePerSecond: 12, etaSeconds: 2 })
  expect(run?.accounts).toEqual({ ...accounts, processed: 5, total: 5, ratePerSecond: null, etaSeconds: null })
  expect(run?.contacts).toEqual({
    processed: 16,
    total: 40,
    created: 10,
    updated: 0,
    unchanged: 5,
    linked: 0,
    skipped: 1,
    failed: 0,
    ratePerSecond: 12,
    etaSeconds: 2,
  })
})

test('B66, B68: while accounts are processed, contacts have no progress yet', async () => {
  const run = await partsOf({ ...both, status: 'RUNNING', phase: 'SYNCING_ACCOUNTS', withAccounts: true })

  expect(run?.accounts).toMatchObject({ processed: 21, created: 13 })
  expect(run?.contacts).toMatchObject({ ...nothing, total: null })
})

test('B68: a run over one type has no progress for the other', async () => {
  const run = await partsOf({ ...both, status: 'COMPLETED', objectType: 'ACCOUNT' })

  expect(run?.accounts).toEqual(run?.all)
  expect(run?.contacts).toMatchObject({ ...nothing, total: 0 })
})

test('B68: a run that has ended keeps its average rate, for each type and together', async () => {
  const run = await partsOf({
    ...both,
    status: 'COMPLETED_WITH_ERRORS',
    phase: 'FINISHED',
    withAccounts: true,
    accountsProgress: { ...accounts, workSeconds: 2 },
    ratePerSecond: 12,
    workSeconds: 10,
  })

  expect(run?.all).toMatchObject({ processed: 21, ratePerSecond: 2.1, etaSeconds: null })
  expect(run?.accounts).toMatchObject({ processed: 5, ratePerSecond: 2.5, etaSeconds: null })
  expect(run?.contacts).toMatchObject({ processed: 16, ratePerSecond: 2, etaSeconds: null })
})

test('B68: the phase of a run has a name for people', async () => {
  const run = await partsOf({ status: 'RUNNING', phase: 'COLLECTING_CONTACTS' })

  expect(run?.phaseTitle).toBe('Finding the contacts of the companies')
})

test('B39, B58: a run shows its scope and what it is waiting for', async () => {
  expect(
    await partsOf({
      scope: 'RECORDS',
      status: 'PAUSED',
      holdReason: 'Many left.',
      resumeAt: new Date('2026-11-20T10:00:00Z'),
    }),
  ).toMatchObject({
    scope: 'RECORDS',
    objectType: 'CONTACT',
    withAccounts: false,
    holdReason: 'Many left.',
    resumeAt: '2026-11-20T10:00:00.000Z',
  })
})

test('B14: runs are filtered by scope, status, trigger, and type', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const store = (data: Parameters<typeof storeRun>[2]) => storeRun(api.database, workspaceId, data)
  const whole = await store({ status: 'COMPLETED', trigger: 'SCHEDULED' })
  const single = await store({ scope: 'RECORDS', trigger: 'WEBHOOK', status: 'FAILED' })
  const accountRun = await store({ objectType: 'ACCOUNT', status: 'COMPLETED' })
  const found = async (filter?: SyncRunFilter) => {
    const { data } = await api.post(Runs, { filter }, { token })
    expect(data?.syncRuns.totalCount).toBe(data?.syncRuns.edges.length)
    return data?.syncRuns.edges.map(({ node }) => node.id)
  }
  const ids = (...runs: { id: string }[]) => runs.map(({ id }) => globalId('SyncRun', id))

  expect(await found()).toEqual(ids(accountRun, single, whole))
  expect(await found({ scope: 'RECORDS' })).toEqual(ids(single))
  expect(await found({ scope: 'ALL', status: 'COMPLETED' })).toEqual(ids(accountRun, whole))
  expect(await found({ trigger: 'SCHEDULED' })).toEqual(ids(whole))
  expect(await found({ objectType: 'ACCOUNT' })).toEqual(ids(accountRun))
})
