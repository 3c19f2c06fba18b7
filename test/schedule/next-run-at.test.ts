import { expect, it } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import type { Plan } from '../../src/generated/prisma/enums.ts'
import { setPlan } from '../../src/workspaces/manage-workspaces.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { startTestSimulator } from '../support/test-sync.ts'

const NextRun = graphql(`query NextRun { syncSettings { nextRunAt } }`)

const at = new Date('2026-11-25T10:00:00.000Z')

it.each<[when: string, settings: object, plan: Plan, nextRunAt: string | null]>([
  ['is active', {}, 'GROWTH', at.toISOString()],
  ['is paused', { isPaused: true }, 'GROWTH', null],
  ['is switched off', { contactsEnabled: false }, 'GROWTH', null],
  ['is above the plan', {}, 'STARTER', null],
])('B12 B22: nextRunAt while the sync %s', async (_when, settings, plan, nextRunAt) => {
  const api = await startTestApi({ simulator: await startTestSimulator({ portals: [{ empty: true }] }) })
  const workspace = await api.createWorkspace()
  const { workspaceId, token } = workspace
  await api.connect(workspace)
  await api.database.prisma.syncSettings.create({
    data: { workspaceId, contactsEnabled: true, activatedAt: at, nextRunAt: at, ...settings },
  })
  await setPlan(api.database, workspaceId, plan)

  const { data } = await api.post(NextRun, {}, { token })

  expect(data?.syncSettings?.nextRunAt ?? null).toBe(nextRunAt)
})
