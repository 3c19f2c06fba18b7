import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SimulatedPortal } from '../../simulator/index.ts'
import { openSimulatedPortal } from '../hubspot/simulated-portal.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { liveThrough } from './live-through.ts'
import { createOrganization } from './real-sync.ts'
import { properties } from './small-worlds.ts'
import { story } from './stories.ts'
import { exists, type HubSpotSide } from './world.ts'
import { listId } from './world-portal.ts'

const stories = 50

test('B1, B29-B53, I5: the sync does what the reference sync does with what HubSpot says over HTTP, and only reads', {
  timeout: 120_000,
}, async () => {
  const database = await createTestDatabase()
  const { simulator, portal } = await openSimulatedPortal({ portals: [{ empty: true, rateLimit: null }] })
  const stage = {
    database,
    organizationId: await createOrganization(database),
    openPortal: (hubspot: HubSpotSide) => {
      putWorld(simulator.portal(), hubspot)
      return portal
    },
  }

  await fc.assert(
    fc.asyncProperty(story, (told) => liveThrough(stage, told)),
    { numRuns: stories },
  )
  expect(simulator.requests.nonReads).toEqual([])
})

function putWorld(portal: SimulatedPortal, hubspot: HubSpotSide): void {
  portal.reset()
  for (const { name, type } of properties) {
    const options = hubspot.properties.find((property) => property.name === name)?.options
    portal.putProperty('contacts', { name, type, ...(options && { options }) })
    if (!exists(hubspot, name)) portal.archiveProperty('contacts', name)
  }
  for (const { id, values } of hubspot.contacts) portal.putContact({ id: String(id), properties: { ...values } })
  const members = hubspot.contacts.filter(({ inList }) => inList).map(({ id }) => String(id))
  portal.putList({ listId, members })
}
