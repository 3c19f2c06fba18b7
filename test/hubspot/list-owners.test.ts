import { describe, expect, it } from 'vitest'
import { apiVersions } from '../../src/config/environment.ts'
import { openSimulatedPortal } from './simulated-portal.ts'

describe.each(apiVersions)('with the paths of %s', (apiVersion) => {
  it('B32, B34: lists all owners, including archived ones', async () => {
    const { simulator, portal } = await openSimulatedPortal({ apiVersion, portals: [{ empty: true }] })
    for (let id = 1; id <= 120; id++)
      simulator.portal().putOwner({ id: String(id), firstName: 'Ada', lastName: `${id}` })
    simulator.portal().putOwner({ id: '121', email: 'nameless@example.test' })
    for (let id = 122; id <= 250; id++)
      simulator.portal().putOwner({ id: String(id), firstName: 'Gone', lastName: `${id}`, archived: true })

    const owners = await portal.listOwners()

    expect(owners).toContainEqual({ id: '120', email: 'owner-120@portal.example', name: 'Ada 120' })
    expect(owners).toContainEqual({ id: '121', email: 'nameless@example.test', name: 'nameless@example.test' })
    expect(owners).toContainEqual({ id: '122', email: 'owner-122@portal.example', name: 'Gone 122' })
    expect(owners).toContainEqual({ id: '250', email: 'owner-250@portal.example', name: 'Gone 250' })
    expect(new Set(owners.map(({ id }) => id)).size).toBe(owners.length)
  })
})
