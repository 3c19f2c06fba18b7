import { expect, it } from 'vitest'
import { oncePerKey } from '../../src/database/once-per-key.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { createTestDatabase } from '../support/test-database.ts'

const database = await createTestDatabase()

async function givenAWorkspace() {
  const { workspaceId } = await createWorkspace(database, {
    name: 'Test',
    plan: 'GROWTH',
    adminEmail: `${crypto.randomUUID()}@example.test`,
  })
  let at = new Date('2026-11-20T10:00:00Z')
  let works = 0
  return {
    workspaceId,
    works: () => works,
    passTime: (ms: number) => {
      at = new Date(at.getTime() + ms)
    },
    call: (key: string | null, { mutation = 'startSync', fails = false, ws = workspaceId } = {}) =>
      oncePerKey({ database, now: () => at }, { workspaceId: ws, mutation, key }, async () => {
        works += 1
        if (fails) throw new Error('refused')
        return crypto.randomUUID()
      }),
  }
}

it('B10: calls with the same key do their work once and return the first result, even at the same time', async () => {
  const { call, works } = await givenAWorkspace()

  const results = await Promise.all(Array.from({ length: 10 }, () => call('a')))

  expect(new Set([...results, await call('a')]).size).toBe(1)
  expect(works()).toBe(1)
})

it('B10: a different key, mutation, or workspace, or no key, is a different call', async () => {
  const { call } = await givenAWorkspace()
  const other = await givenAWorkspace()

  const results = [
    await call('a'),
    await call('b'),
    await call('a', { mutation: 'previewSync' }),
    await call('a', { ws: other.workspaceId }),
    await call(null),
    await call(null),
  ]

  expect(new Set(results).size).toBe(6)
})

it('B10: a call that fails can be repeated', async () => {
  const { call } = await givenAWorkspace()

  await expect(call('a', { fails: true })).rejects.toThrow('refused')

  expect(await call('a')).toBe(await call('a'))
})

it('B10: a key is kept for 24 hours', async () => {
  const { call, passTime } = await givenAWorkspace()
  const first = await call('a')

  passTime(24 * 60 * 60 * 1000)
  expect(await call('a')).toBe(first)
  passTime(1)
  expect(await call('a')).not.toBe(first)
})

it('B10: a first call that was interrupted does not block the others forever', async () => {
  const { workspaceId, call, passTime } = await givenAWorkspace()
  await database.prisma.mutationResult.create({
    data: { workspaceId, mutation: 'startSync', key: 'a', createdAt: new Date('2026-11-20T10:00:00Z') },
  })
  passTime(30_001)

  expect(await call('a')).toBe(await call('a'))
})
