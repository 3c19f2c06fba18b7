import { pino } from 'pino'
import { expect, test } from 'vitest'
import { noteAct, recordAct } from '../../src/audit/record-act.ts'
import { forgetOldRows } from '../../src/lifecycle/forget-old-rows.ts'
import { InvalidInputError } from '../../src/user-errors.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { createTestDatabase } from '../support/test-database.ts'

const database = await createTestDatabase()
const context = { database, log: pino({ level: 'silent' }) }

async function newAct() {
  const workspace = await createWorkspace(database, { name: 'W', plan: 'GROWTH', adminEmail: 'w@b.test' })
  const act = { workspaceId: workspace.workspaceId, action: 'SYNC_PAUSED', viewer: null } as const
  const entries = () => database.prisma.auditEntry.findMany({ where: { workspaceId: act.workspaceId } })
  return { act, entries }
}

test('an entry exists before the act, and is confirmed after it', async () => {
  const { act, entries } = await newAct()

  const result = await recordAct(context, act, async () => {
    expect(await entries()).toMatchObject([{ isDone: false }])
    return 'result'
  })

  expect(result).toBe('result')
  expect(await entries()).toMatchObject([{ isDone: true, action: 'SYNC_PAUSED', userId: null }])
})

test('an act that failed is not in the log; one whose outcome is unknown says so', async () => {
  const { act, entries } = await newAct()
  const refusal = new InvalidInputError([{ path: [], message: 'No.' }])

  await expect(recordAct(context, act, () => Promise.reject(refusal))).rejects.toBe(refusal)
  expect(await entries()).toEqual([])

  await expect(recordAct(context, act, () => Promise.reject(new Error('the connection broke')))).rejects.toThrow()
  expect(await entries()).toMatchObject([{ isDone: false }])
})

test('an act that turns out to have changed nothing, or to be a repetition, is not in the log', async () => {
  const { act, entries } = await newAct()
  const once = async () => ({ details: { runId: '1' }, isOnce: true })

  await recordAct(
    context,
    act,
    async () => {},
    async () => null,
  )
  await recordAct(context, act, async () => {}, once)
  await recordAct(context, act, async () => {}, once)

  expect(await entries()).toMatchObject([{ details: { runId: '1' } }])
})

test('entries are forgotten after a year, in small steps', async () => {
  const { act, entries } = await newAct()
  await noteAct(database, act)
  const [{ id } = { id: '' }] = await entries()
  const now = new Date('2030-06-01T00:00:00Z')
  const at = new Date('2029-05-31T00:00:00Z')
  await database.prisma.auditEntry.update({ where: { id }, data: { at: new Date('2029-06-02T00:00:00Z') } })
  await database.pool.query(
    `INSERT INTO audit_entry (id, workspace_id, at, action, is_done, subject_label, details)
     SELECT gen_random_uuid(), $1, $2, 'SYNC_PAUSED', true, '', '{}' FROM generate_series(1, 2500)`,
    [act.workspaceId, at],
  )

  await forgetOldRows({ database, now: () => now })

  expect(await entries()).toMatchObject([{ id }])
})
