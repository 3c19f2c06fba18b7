import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SimulatedPortal } from '../../../simulator/index.ts'
import { openSimulatedPortal } from '../../hubspot/simulated-portal.ts'
import { runs } from '../../support/runs.ts'
import { createTestDatabase } from '../../support/test-database.ts'
import { exists, type HubSpotRecord, type HubSpotSide } from '../reference/world.ts'
import { companyProperties, properties } from '../worlds/small-worlds.ts'
import { story } from '../worlds/stories.ts'
import { liveThrough } from './live-through.ts'
import { createOrganization } from './real-sync.ts'
import { listId } from './world-portal.ts'

const stories = runs(40, 800)

test("B1, I5: the sync does what the reference sync does with HubSpot's answers over HTTP, and only reads", async () => {
  const database = await createTestDatabase()
  const { simulator, portal } = await openSimulatedPortal({
    portals: [{ empty: true, rateLimit: null, searchPerSecond: null }],
  })
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
  for (const { name, type, isMultiple } of properties) {
    const options = hubspot.properties.find((property) => property.name === name)?.options
    if (name === 'hubspot_owner_id') continue
    portal.putProperty('contacts', {
      name,
      type,
      ...(type === 'enumeration' && { fieldType: isMultiple ? 'checkbox' : 'select' }),
      ...(options && { options }),
    })
    if (!exists(hubspot, name)) portal.archiveProperty('contacts', name)
  }
  for (const { name, type } of companyProperties) portal.putProperty('companies', { name, type })
  for (const { id, name, email, isArchived: archived = false } of hubspot.owners) {
    const [firstName = '', lastName = ''] = name.split(' ')
    portal.putOwner({ id, firstName, lastName, archived, ...(email !== null && { email }) })
  }
  for (const company of hubspot.companies) {
    portal.putCompany({ id: String(company.id), properties: valuesOf(company) })
    for (const old of company.mergedIds) portal.world.records.companies.remove(Number(old), Number(company.id))
  }
  for (const contact of hubspot.contacts) {
    portal.putContact({ id: String(contact.id), properties: valuesOf(contact) })
    for (const old of contact.mergedIds) portal.world.records.contacts.remove(Number(old), Number(contact.id))
    for (const { id, isPrimary } of contact.companies) {
      if (hubspot.companies.some((company) => company.id === id)) {
        portal.associate(String(id), String(contact.id), { primary: isPrimary })
      }
    }
  }
  const members = hubspot.contacts.filter(({ inList }) => inList).map(({ id }) => String(id))
  portal.putList({ listId, processingType: 'DYNAMIC', members })
  if (hubspot.shown)
    portal.rebuildList(
      listId,
      members.filter((id) => hubspot.shown?.includes(BigInt(id))),
    )
}

const valuesOf = ({ values, mergedIds }: HubSpotRecord) => ({
  ...values,
  ...(mergedIds.length > 0 && { hs_merged_object_ids: mergedIds.join(';') }),
})
