import { expect, it } from 'vitest'
import { disconnect } from '../../src/connection/disconnect.ts'
import { openPortal } from '../../src/connection/open-portal.ts'
import { openPickers, type PickerOptions } from '../../src/schema/support/pickers.ts'
import { NotConnectedError } from '../../src/user-errors.ts'
import { createTestWorkspace, type TestWorkspace } from '../connection/connected-workspace.ts'
import { waitFor } from '../support/wait-for.ts'

const twoPortals = {
  portals: [
    { hubId: 1, empty: true },
    { hubId: 2, empty: true },
  ],
}
const all = { query: '', offset: 0, count: 20 }

function pickersOf({ context, viewer: { workspaceId } }: TestWorkspace, options?: PickerOptions) {
  const openIt = (id: string) => openPortal(context, id, 'request')
  const pickers = openPickers({ database: context.database, openPortal: openIt }, options)
  return {
    names: async (search = all) => (await pickers.lists(workspaceId, search)).lists.map(({ name }) => name),
    list: (listId: string) => pickers.list(workspaceId, listId),
    properties: () => pickers.properties(workspaceId, 'contacts'),
  }
}

it('equal questions share one call for some seconds, and others have their own', async () => {
  // given
  const workspace = await createTestWorkspace(twoPortals)
  await workspace.connect({ hubId: 1 })
  const { requests } = workspace.simulator
  workspace.simulator.portal(1).putList({ name: 'Customers', members: [] })
  const pickers = pickersOf(workspace)

  // when
  const answers = await Promise.all(Array.from({ length: 20 }, () => pickers.names()))
  const later = await pickers.names()
  const searched = await pickers.names({ ...all, query: 'nobody' })
  await Promise.all([pickers.properties(), pickers.properties()])

  // then
  expect([...answers, later]).toEqual(Array(21).fill(['Customers']))
  expect(searched).toEqual([])
  expect(requests.countOf('lists')).toBe(2)
  expect(requests.countOf('properties')).toBe(1)
})

it('B18: after a change of portal nothing of the old one is shown', async () => {
  const workspace = await createTestWorkspace(twoPortals)
  const { simulator, connect } = workspace
  simulator.portal(1).putList({ name: 'Of the first', members: [] })
  simulator.portal(2).putList({ name: 'Of the second', members: [] })
  const pickers = pickersOf(workspace)

  await connect({ hubId: 1 })
  const first = await pickers.names()
  await connect({ hubId: 2, allowPortalChange: true })
  const second = await pickers.names()

  expect([first, second]).toEqual([['Of the first'], ['Of the second']])
})

it('B16: after a log-out nothing is shown, and after the next log-in what there is then', async () => {
  const workspace = await createTestWorkspace(twoPortals)
  const { simulator, connect, context, viewer, clock } = workspace
  const pickers = pickersOf(workspace)
  await connect({ hubId: 1 })
  await pickers.names()

  await disconnect(context, viewer)
  await expect(pickers.names()).rejects.toThrow(NotConnectedError)
  simulator.portal(1).putList({ name: 'New', members: [] })
  clock.advance(1)
  await connect({ hubId: 1 })

  expect(await pickers.names()).toEqual(['New'])
})

it('an answer is asked for again when it is too old', async () => {
  const workspace = await createTestWorkspace(twoPortals)
  await workspace.connect({ hubId: 1 })
  const pickers = pickersOf(workspace, { ttlMs: 20 })
  expect(await pickers.names()).toEqual([])

  workspace.simulator.portal(1).putList({ name: 'New', members: [] })

  await waitFor(async () => (await pickers.names()).includes('New'))
})

it('a list that is gone is an answer too', async () => {
  const workspace = await createTestWorkspace(twoPortals)
  await workspace.connect({ hubId: 1 })
  const pickers = pickersOf(workspace)

  expect([await pickers.list('7'), await pickers.list('7')]).toEqual([null, null])

  expect(workspace.simulator.requests.countOf('lists')).toBe(1)
})

it.each<[string, PickerOptions]>([
  ['answers', { answers: 2 }],
  ['items', { items: 12 }],
])('keeps no more %s than it may, and answers all the same', async (_what, options) => {
  const workspace = await createTestWorkspace(twoPortals)
  await workspace.connect({ hubId: 1 })
  const portal = workspace.simulator.portal(1)
  for (const name of ['a', 'b', 'c', 'd']) portal.putList({ name, members: [] })
  const { requests } = workspace.simulator
  const pickers = pickersOf(workspace, options)
  const ask = (offset: number) => pickers.names({ query: '', offset, count: 4 })

  const answers = [await ask(0), await ask(1), await ask(2)]
  const asked = requests.countOf('lists')
  await ask(0)

  expect(answers.map(({ length }) => length)).toEqual([4, 3, 2])
  expect(requests.countOf('lists')).toBe(asked + 1)
})

it('a failure is not kept', async () => {
  const workspace = await createTestWorkspace(twoPortals)
  await workspace.connect({ hubId: 1 })
  const fault = workspace.simulator.faults.add({ kind: 'server-error' })
  const pickers = pickersOf(workspace)
  await expect(pickers.names()).rejects.toThrow('HubSpot does not answer')

  workspace.simulator.faults.remove(fault)

  expect(await pickers.names()).toEqual([])
})
