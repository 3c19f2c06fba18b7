import { describe, expect, it } from 'vitest'
import { RunPhase, RunStatus } from '../../src/generated/prisma/enums.ts'
import {
  hasEnded,
  openStatuses,
  phaseAfter,
  phases,
  RunTakenError,
  states,
  transition,
} from '../../src/sync/runs/run-states.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { createTestDatabase } from '../support/test-database.ts'

const statuses = Object.values(RunStatus)

async function givenRuns() {
  const database = await createTestDatabase()
  const { workspaceId } = await createWorkspace(database, { name: 'Acme', plan: 'GROWTH', adminEmail: 'ada@acme.test' })
  const create = async (status: RunStatus) => {
    const run = await database.prisma.syncRun.create({
      // Several runs over single records may be open at the same time.
      data: {
        id: crypto.randomUUID(),
        workspaceId,
        scope: 'RECORDS',
        objectType: 'CONTACT',
        trigger: 'MANUAL',
        status,
        settingsVersion: 1,
        settings: {},
      },
    })
    return { id: run.id, workspaceId }
  }
  const read = ({ id }: { id: string }) => database.prisma.syncRun.findUniqueOrThrow({ where: { id } })
  return { database, create, read }
}

it('every step from one status to another succeeds if the table has it, and otherwise fails without a trace', async () => {
  const { database, create, read } = await givenRuns()
  const taken: string[] = []
  const refused: string[] = []
  for (const from of statuses) {
    for (const to of statuses) {
      const run = await create(from)
      const before = await read(run)
      const outcome = await transition(database.pool, run, from, to, { hold_reason: 'moved' }).then(
        () => 'taken',
        () => 'refused',
      )
      if (outcome === 'taken') {
        expect(await read(run)).toEqual({ ...before, status: to, holdReason: 'moved' })
        taken.push(`${from} → ${to}`)
      } else {
        expect(await read(run)).toEqual(before)
        refused.push(`${from} → ${to}`)
      }
    }
  }
  expect(taken.sort()).toEqual(statuses.flatMap((from) => states[from].next.map((to) => `${from} → ${to}`)).sort())
  expect(taken.length + refused.length).toBe(statuses.length ** 2)
})

it('a run with a different status from what the caller expects is not moved', async () => {
  const { database, create, read } = await givenRuns()
  for (const actual of statuses) {
    for (const believed of statuses.filter((status) => status !== actual)) {
      for (const to of states[believed].next) {
        const run = await create(actual)
        await expect(transition(database.pool, run, believed, to)).rejects.toThrow(RunTakenError)
        expect(await read(run)).toMatchObject({ status: actual })
      }
    }
  }
})

it('a run that another worker has taken up since then is not moved', async () => {
  const { database, create, read } = await givenRuns()
  const run = await create('RUNNING')
  await database.prisma.syncRun.update({ where: { id: run.id }, data: { fence: 8n } })

  await expect(transition(database.pool, { ...run, fence: 7n }, 'RUNNING', 'FAILED')).rejects.toThrow(RunTakenError)
  expect(await read(run)).toMatchObject({ status: 'RUNNING' })

  await transition(database.pool, { ...run, fence: 8n }, 'RUNNING', 'FAILED')
  expect(await read(run)).toMatchObject({ status: 'FAILED' })
})

it('a run of another workspace is not moved', async () => {
  const { database, create, read } = await givenRuns()
  const run = await create('RUNNING')

  await expect(
    transition(database.pool, { ...run, workspaceId: crypto.randomUUID() }, 'RUNNING', 'FAILED'),
  ).rejects.toThrow(RunTakenError)
  expect(await read(run)).toMatchObject({ status: 'RUNNING' })
})

it('a run that has ended stays ended: nothing may follow, and every open status has a way to the end', () => {
  for (const status of statuses) {
    expect(hasEnded({ status })).toBe(states[status].next.length === 0)
  }
  const reaches = (status: RunStatus, seen = new Set<RunStatus>()): Set<RunStatus> => {
    if (seen.has(status)) return seen
    seen.add(status)
    for (const next of states[status].next) reaches(next, seen)
    return seen
  }
  for (const status of openStatuses) {
    expect([...reaches(status)]).toEqual(expect.arrayContaining(['COMPLETED', 'CANCELLED', 'FAILED']))
  }
})

describe('B66: phases follow each other, accounts before contacts', () => {
  const walk = (run: Parameters<typeof phaseAfter>[0]) => {
    const seen: RunPhase[] = []
    for (let phase: RunPhase = 'PREPARING'; phase !== 'FINISHED'; seen.push(phase)) phase = phaseAfter(run, phase)
    return seen
  }
  const accounts = ['SYNCING_ACCOUNTS', 'SETTLING_ACCOUNTS', 'RETRYING_ACCOUNTS']
  const contacts = ['SYNCING_CONTACTS', 'SETTLING_CONTACTS', 'RETRYING_CONTACTS']
  const fromList = { contactSource: 'FROM_LIST' } as const
  const fromAccounts = { contactSource: 'FROM_SYNCED_ACCOUNTS' } as const

  it.each([
    ['accounts alone', { kind: 'ALL', objectType: 'ACCOUNT', withAccounts: false, settings: fromList }, accounts],
    ['contacts of a list', { kind: 'ALL', objectType: 'CONTACT', withAccounts: false, settings: fromList }, contacts],
    [
      'accounts, then contacts of a list',
      { kind: 'ALL', objectType: 'CONTACT', withAccounts: true, settings: fromList },
      [...accounts, ...contacts],
    ],
    [
      'accounts, then their contacts',
      { kind: 'ALL', objectType: 'CONTACT', withAccounts: true, settings: fromAccounts },
      [...accounts, 'COLLECTING_CONTACTS', ...contacts],
    ],
    [
      'single contacts of accounts',
      { kind: 'RECORDS', objectType: 'CONTACT', withAccounts: false, settings: fromAccounts },
      contacts,
    ],
    ['single accounts', { kind: 'RECORDS', objectType: 'ACCOUNT', withAccounts: false, settings: fromList }, accounts],
  ] as const)('%s', (_name, run, expected) => {
    expect(walk(run)).toEqual([...expected, 'FINISHED'])
  })

  it('the table contains every phase once on a single path from beginning to end', () => {
    const way: RunPhase[] = []
    for (let phase: RunPhase | null = 'PREPARING'; phase !== null; phase = phases[phase].next) way.push(phase)
    expect([...way].sort()).toEqual(Object.values(RunPhase).sort())
  })
})
