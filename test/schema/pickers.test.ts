import { expect, it } from 'vitest'
import { disconnect } from '../../src/connection/disconnect.ts'
import { openPortal } from '../../src/connection/open-portal.ts'
import { openPickers, type PickerOptions } from '../../src/schema/support/pickers.ts'
import { NotConnectedError } from '../../src/user-errors.ts'
import { createTestWorkspace } from '../connection/connected-workspace.ts'
import { waitFor } from '../support/wait-for.ts'

const hubIds = Array.from({ length: 20 }, (_, index) => index + 1)
const { simulator, context, viewer, clock, connect } = await createTestWorkspace({
  portals: hubIds.map((hubId) => ({ hubId, empty: true })),
})
const { requests } = simulator
const all = { query: '', offset: 0, count: 20 }

/** Connects the workspace to a portal that no other test uses, with these lists. */
async function connectNewPortal(...lists: string[]) {
  const hubId = hubIds.shift()
  await connect({ hubId, allowPortalChange: true })
  const portal = simulator.portal(hubId)
  for (const name of lists) portal.putList({ name, members: [] })
  requests.reset()
  return portal
}

/** By default, answers are cached for longer than a test takes on a slow machine. */
function pickersWith(options: PickerOptions = {}) {
  const { workspaceId } = viewer
  const openIt = (id: string) => openPortal(context, id, 'request')
  const pickers = openPickers({ database: context.database, openPortal: openIt }, { ttlMs: 600_000, ...options })
  return {
    names: async (search = all) => (await pickers.lists(workspaceId, search)).lists.map(({ name }) => name),
    list: (listId: string) => pickers.list(workspaceId, listId),
    properties: () => pickers.properties(workspaceId, 'contacts'),
  }
}

it('equal requests share one call for some seconds, and other requests make calls of their own', async () => {
  // given
  await connectNewPortal('Customers')
  const pickers = pickersWith()

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

it('B18: after a change of portal, nothing from the old portal is shown', async () => {
  const pickers = pickersWith()

  await connectNewPortal('Of the first')
  const first = await pickers.names()
  await connectNewPortal('Of the second')
  const second = await pickers.names()

  expect([first, second]).toEqual([['Of the first'], ['Of the second']])
})

it('B16: after a log-out, nothing is shown; after the next log-in, the current state is shown', async () => {
  const pickers = pickersWith()
  const portal = await connectNewPortal()
  await pickers.names()

  await disconnect(context, viewer)
  await expect(pickers.names()).rejects.toThrow(NotConnectedError)
  portal.putList({ name: 'New', members: [] })
  clock.advance(1)
  await connect({ hubId: portal.hubId })

  expect(await pickers.names()).toEqual(['New'])
})

it('an answer that is too old is requested again', async () => {
  const portal = await connectNewPortal()
  const pickers = pickersWith({ ttlMs: 20 })
  expect(await pickers.names()).toEqual([])

  portal.putList({ name: 'New', members: [] })

  await waitFor(async () => (await pickers.names()).includes('New'))
})

it('the answer that a list is gone is cached too', async () => {
  await connectNewPortal()
  const pickers = pickersWith()

  expect([await pickers.list('7'), await pickers.list('7')]).toEqual([null, null])

  expect(simulator.requests.countOf('lists')).toBe(1)
})

it.each<[string, PickerOptions]>([
  ['answers', { answers: 2 }],
  ['items', { items: 12 }],
])('caches at most the maximum number of %s, and answers regardless', async (_what, options) => {
  await connectNewPortal('a', 'b', 'c', 'd')
  const pickers = pickersWith(options)
  const ask = (offset: number) => pickers.names({ query: '', offset, count: 4 })

  const answers = [await ask(0), await ask(1), await ask(2)]
  const asked = requests.countOf('lists')
  await ask(0)

  expect(answers.map(({ length }) => length)).toEqual([4, 3, 2])
  expect(requests.countOf('lists')).toBe(asked + 1)
})

it('a failure is not cached', async () => {
  await connectNewPortal()
  const fault = simulator.faults.add({ kind: 'server-error' })
  const pickers = pickersWith()
  await expect(pickers.names()).rejects.toThrow('HubSpot does not answer')

  simulator.faults.remove(fault)

  expect(await pickers.names()).toEqual([])
})
