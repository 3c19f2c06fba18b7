import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import type { Viewer } from '../../src/auth/viewer.ts'
import { mergeInto } from '../../src/contacts/merge-contacts.ts'
import { inTransaction } from '../../src/database/database.ts'
import type { LinkState } from '../../src/generated/prisma/enums.ts'
import { MergeInHubSpotError } from '../../src/user-errors.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { runs } from '../support/runs.ts'
import { createTestDatabase } from '../support/test-database.ts'

const database = await createTestDatabase()
const { prisma } = database

/** A contact of the story. Its number is its place in the workspace. */
interface Person {
  readonly name: string
  /** Number of handles, each of which only this contact has. */
  readonly handles: number
  readonly links: readonly string[]
  readonly value: string
  /** Null: never synced. */
  readonly state: LinkState | null
}

const person = fc.record<Person>({
  name: fc.constantFrom('', 'Ada', 'Bob'),
  handles: fc.nat(3),
  links: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
  value: fc.constantFrom('', 'gold', 'silver'),
  state: fc.constantFrom(null, null, 'ACTIVE', 'OUT_OF_SCOPE', 'SOURCE_DELETED', 'MERGED_AWAY'),
})
/** Places of the contacts: of the one that remains, and of those that are merged into it. */
const step = fc.record({ into: fc.nat(7), others: fc.uniqueArray(fc.nat(7), { minLength: 1, maxLength: 3 }) })

/** What the reference knows about a contact. */
interface Known {
  name: string
  handles: Set<string>
  links: string[]
  value: string
  link: { readonly hubspotId: string; readonly state: LinkState } | null
}

/** The reference: what remains of the contacts, in plain words. Null if HubSpot has to merge them. */
function mergeByHand(into: Known, others: readonly Known[]): Known | null {
  const all = [into, ...others]
  if (all.filter(({ link }) => link?.state === 'ACTIVE').length > 1) return null
  const byState = (['ACTIVE', 'OUT_OF_SCOPE', 'SOURCE_DELETED', 'MERGED_AWAY'] as const).flatMap((state) =>
    all.filter(({ link }) => link?.state === state),
  )
  const firstOf = (texts: readonly string[]) => texts.find((text) => text !== '') ?? ''
  return {
    name: firstOf(all.map(({ name }) => name)),
    handles: new Set(all.flatMap(({ handles }) => [...handles])),
    links: [...new Set(all.flatMap(({ links }) => links))],
    value: firstOf(all.map(({ value }) => value)),
    link: byState[0]?.link ?? null,
  }
}

let nextNumber = 1

async function store(workspaceId: string, { name, handles, links, value, state }: Person): Promise<[string, Known]> {
  const id = uuidv7()
  const hubspotId = state === null ? null : BigInt(nextNumber++)
  const values = Array.from({ length: handles }, () => `p${nextNumber++}@x.example`)
  await prisma.contact.create({
    data: {
      id,
      workspaceId,
      name,
      links: [...links],
      customFields: value === '' ? {} : { tier: value },
      externalId: hubspotId === null || state === 'MERGED_AWAY' ? null : String(hubspotId),
    },
  })
  await prisma.contactHandle.createMany({
    data: values.map((value) => ({ workspaceId, contactId: id, source: 'EMAIL' as const, value, fromHubspot: true })),
  })
  if (hubspotId !== null && state !== null) {
    await prisma.contactLink.create({ data: { workspaceId, hubspotId, contactId: id, state, syncedAt: new Date() } })
  }
  const link = hubspotId === null || state === null ? null : { hubspotId: String(hubspotId), state }
  return [id, { name, handles: new Set(values), links: [...links], value, link }]
}

async function tell(workspaceId: string): Promise<Map<string, Known & { externalId: string | null }>> {
  const contacts = await prisma.contact.findMany({ where: { workspaceId }, include: { handles: true, link: true } })
  return new Map(
    contacts.map(({ id, name, handles, links, customFields, link, externalId }) => [
      id,
      {
        name,
        handles: new Set(handles.map(({ value }) => value)),
        links,
        value: (customFields as { tier?: string }).tier ?? '',
        link: link && { hubspotId: String(link.hubspotId), state: link.state },
        externalId,
      },
    ]),
  )
}

const withExternalId = (known: ReadonlyMap<string, Known>) =>
  new Map(
    [...known].map(([id, contact]) => {
      const { link } = contact
      return [id, { ...contact, externalId: link === null || link.state === 'MERGED_AWAY' ? null : link.hubspotId }]
    }),
  )

async function createViewer(): Promise<Viewer> {
  const adminEmail = `${crypto.randomUUID()}@example.test`
  const issued = await createWorkspace(database, { name: 'Test', plan: 'GROWTH', adminEmail })
  const { workspaceId, organizationId, userId } = issued
  return { workspaceId, organizationId, userId, plan: 'GROWTH', role: 'WORKSPACE_ADMIN' }
}

test('I2, B20: merges lose no handle and no link, as the reference says, and touch no other workspace', async () => {
  const stranger = await createViewer()
  for (const state of ['ACTIVE', null] as const) {
    await store(stranger.workspaceId, { name: 'Stranger', handles: 2, links: ['a'], value: 'gold', state })
  }
  const theirs = await tell(stranger.workspaceId)

  await fc.assert(
    fc.asyncProperty(
      fc.array(person, { minLength: 2, maxLength: 8 }),
      fc.array(step, { minLength: 1, maxLength: 5 }),
      async (people, steps) => {
        const viewer = await createViewer()
        const { workspaceId } = viewer
        const known = new Map<string, Known>()
        for (const one of people) known.set(...(await store(workspaceId, one)))
        const all = new Set([...known.values()].flatMap(({ handles }) => [...handles]))

        for (const { into, others } of steps) {
          const ids = [...known.keys()]
          const intoId = ids[into % ids.length] ?? ''
          const otherIds = [...new Set(others.map((place) => ids[place % ids.length] ?? ''))].filter(
            (id) => id !== intoId,
          )
          if (otherIds.length === 0) continue
          const expected = mergeByHand(
            known.get(intoId) as Known,
            otherIds.map((id) => known.get(id) as Known),
          )
          const merging = inTransaction(database.pool, (client) => mergeInto(client, viewer, intoId, otherIds))
          if (expected === null) await expect(merging).rejects.toThrow(MergeInHubSpotError)
          else {
            await merging
            for (const id of otherIds) known.delete(id)
            known.set(intoId, expected)
          }
          const found = await tell(workspaceId)
          expect(found).toEqual(withExternalId(known))
          expect(new Set([...found.values()].flatMap(({ handles }) => [...handles]))).toEqual(all)
        }
      },
    ),
    { numRuns: runs(25, 200) },
  )
  expect(await tell(stranger.workspaceId)).toEqual(theirs)
})
