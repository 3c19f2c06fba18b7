import { beforeAll, describe, expect, it } from 'vitest'
import type { SimulatedPortal } from '../../simulator/index.ts'
import { progressOf } from '../../src/sync/runs/progress.ts'
import { createTestSync, setUpListSync, startTestSimulator, type TestSync } from '../support/test-sync.ts'

const forever = new AbortController().signal

/** HubSpot's values of each member of the list, by id. */
async function members({ context, viewer }: TestSync): Promise<Map<bigint, string>> {
  const portal = await context.openPortal(viewer.workspaceId)
  const ids: bigint[] = []
  let after: string | null = null
  do {
    const page: { recordIds: bigint[]; next: string | null } = await portal.membershipPage('42', { after, limit: 250 })
    ids.push(...page.recordIds)
    after = page.next
  } while (after !== null)
  const names = new Map<bigint, string>()
  for (let start = 0; start < ids.length; start += 100) {
    const records = await portal.readContacts(
      ids.slice(start, start + 100),
      ['firstname', 'lastname', 'email'],
      forever,
    )
    for (const { hubspotId: id, properties } of records) {
      const parts = [properties.firstname, properties.lastname].map((part) => part?.trim() ?? '')
      names.set(id, parts.filter((part) => part !== '').join(' '))
    }
  }
  return names
}

/** I1: a linked contact with equal values or an open error, and never both or neither. */
async function disorder(sync: TestSync): Promise<string[]> {
  const { prisma } = sync.database
  const { workspaceId } = sync.viewer
  const expected = await members(sync)
  const contacts = await prisma.contact.findMany({ where: { workspaceId }, include: { link: true } })
  const byId = new Map(contacts.flatMap((contact) => (contact.externalId ? [[contact.externalId, contact]] : [])))
  const errors = await prisma.syncError.findMany({ where: { workspaceId, status: 'OPEN', objectType: 'CONTACT' } })
  const refused = new Set(errors.filter(({ type }) => type !== 'INVALID_VALUE').map(({ hubspotId }) => hubspotId))
  const found: string[] = []
  for (const [id, name] of expected) {
    const contact = byId.get(String(id))
    const isSynced = contact?.link?.state === 'ACTIVE' && !contact.link.isHeld && contact.name === name
    if (isSynced === refused.has(id)) found.push(`${id}: ${isSynced ? 'synced and refused' : 'neither'}`)
  }
  for (const { externalId, link } of contacts) {
    if (link?.state === 'ACTIVE' && !expected.has(BigInt(externalId ?? 0))) found.push(`${externalId} follows nobody`)
  }
  return found
}

function change(portal: SimulatedPortal, ids: readonly string[]): void {
  const id = (index: number) => ids[index] ?? ''
  portal.archiveContact(id(3))
  portal.mergeContacts(id(5), id(7))
  portal.putContact({ id: id(11), properties: { email: null, work_email: null, phone: null, mobilephone: null } })
  portal.putContact({ id: id(13), properties: { firstname: 'Renamed', lastname: '' } })
  portal.putContact({ id: id(17), properties: { email: portal.contact(id(19))?.properties.email ?? null } })
  portal.putContact({ properties: { firstname: 'New', email: 'new@x.example' } })
}

/**
 * A sync that has run three times, with changes to its portal and its store in between, and what was seen at each
 * point.
 */
async function liveThroughThreeRuns() {
  const simulator = await startTestSimulator({
    portals: [{ seed: 5, contacts: 600, companies: 20, rateLimit: null, searchPerSecond: null }],
  })
  const sync = await createTestSync({ simulator, tuning: { membershipLimit: 50, pageSize: 60, readLimit: 20 } })
  const portal = simulator.portal()
  portal.putList({ listId: '42', members: 'all-contacts' })
  await setUpListSync(sync, '42', [
    { property: 'firstname', target: 'FIRST_NAME' },
    { property: 'lastname', target: 'LAST_NAME' },
    { property: 'email', target: 'EMAIL' },
    { property: 'phone', target: 'PHONE' },
  ])
  const { prisma } = sync.database
  const runs = [await sync.sync()]
  const disorderAtFirst = await disorder(sync)
  await prisma.contact.updateMany({ data: { description: 'Ours' } })
  const before = await prisma.contact.findMany({ select: { id: true } })
  const linked = await prisma.contactLink.findMany({ orderBy: { hubspotId: 'asc' } })
  change(
    portal,
    linked.map(({ hubspotId }) => String(hubspotId)),
  )
  runs.push(await sync.sync(), await sync.sync())
  return {
    simulator,
    runs,
    disorderAtFirst,
    disorderAtLast: await disorder(sync),
    before,
    after: new Map((await prisma.contact.findMany({ include: { handles: true } })).map((one) => [one.id, one])),
  }
}

let seen: Awaited<ReturnType<typeof liveThroughThreeRuns>>

beforeAll(async () => {
  seen = await liveThroughThreeRuns()
})

describe('after runs over a portal that changes between them', () => {
  it('I1: each contact in scope is synced or has an error', () => {
    expect(seen.disorderAtFirst).toEqual([])
    expect(seen.disorderAtLast).toEqual([])
  })

  it('I2: no two contacts share an external id or a handle', () => {
    const contacts = [...seen.after.values()]
    const externalIds = contacts.flatMap(({ externalId }) => externalId ?? [])
    const handles = contacts.flatMap((contact) => contact.handles.map(({ source, value }) => `${source} ${value}`))
    expect(externalIds.length).toBeGreaterThan(0)
    expect(handles.length).toBeGreaterThan(0)
    expect(new Set(externalIds).size).toBe(externalIds.length)
    expect(new Set(handles).size).toBe(handles.length)
  })

  it('I3: every contact still exists', () => {
    expect(seen.before.length).toBeGreaterThan(0)
    expect(seen.before.filter(({ id }) => !seen.after.has(id))).toEqual([])
  })

  it('I4: a local value in an unmapped field stays', () => {
    expect(seen.before.filter(({ id }) => seen.after.get(id)?.description !== 'Ours')).toEqual([])
  })

  it('I7: the counts add up', () => {
    for (const run of seen.runs) {
      const { total, processed, ...counts } = progressOf(run)
      const { created, updated, unchanged, linked, skipped, failed } = counts
      expect(created + updated + unchanged + linked + skipped + failed).toBe(processed)
      expect(processed).toBe(total)
    }
  })

  it('B1, I5: HubSpot was only read', () => {
    expect(seen.simulator.requests.total).toBeGreaterThan(0)
    expect(seen.simulator.requests.nonReads).toEqual([])
  })
})
