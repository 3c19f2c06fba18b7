import { expect, test } from 'vitest'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { startTestSimulator } from '../support/test-sync.ts'
import { approveLogIn, finishLogIn, openCallback } from './log-in.ts'

test('B15: an admin who approves the log-in of somebody else connects nothing', async () => {
  // given: the victim opens a link that an admin of another workspace started, and approves it with their own portal
  const simulator = await startTestSimulator({ portals: [{ contacts: 5 }] })
  const api = await startTestApi({ simulator })
  const [attacker, victim] = [await api.createWorkspace(), await api.createWorkspace()]
  const returned = await approveLogIn(api, simulator, attacker.token)

  // when: the browser of the victim arrives at the callback, and the victim's client finishes what it is handed
  const page = await openCallback(api, returned)
  const finished = await finishLogIn(api, victim.token, returned)

  // then
  expect(page.html).toContain('If you did not start a log-in, close this page')
  expect(finished).toMatchObject({ __typename: 'ForbiddenError' })
  expect(await api.database.prisma.hubSpotConnection.count()).toBe(0)
  // Nor is the log-in used up for the one who started it.
  expect(await finishLogIn(api, attacker.token, returned)).toMatchObject({ __typename: 'FinishHubSpotLoginPayload' })
})

test('B15: a colleague in the same workspace cannot finish it either', async () => {
  const simulator = await startTestSimulator({ portals: [{ contacts: 5 }] })
  const api = await startTestApi({ simulator })
  const workspace = await api.createWorkspace()
  const colleague = await api.createUser(workspace.workspaceId, 'WORKSPACE_ADMIN')
  const returned = await approveLogIn(api, simulator, workspace.token)

  expect(await finishLogIn(api, colleague.token, returned)).toMatchObject({ __typename: 'ForbiddenError' })
  expect(await api.database.prisma.hubSpotConnection.count()).toBe(0)
})
