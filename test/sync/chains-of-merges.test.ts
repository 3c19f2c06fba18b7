import { describe, expect, it } from 'vitest'
import type { ObjectType } from '../../src/generated/prisma/enums.ts'
import { findByExternalIds } from '../../src/records/find-by-external-ids.ts'
import { type Either, eitherKind, givenEither } from '../support/either-kind.ts'
import { tellErrors } from '../support/set-up-accounts.ts'

/** The names of our records that each look-up finds. */
async function found({ sync }: Either, objectType: ObjectType, ids: readonly string[]): Promise<(string | null)[]> {
  const { prisma } = sync.database
  const where = { workspaceId: sync.viewer.workspaceId }
  const rows = await findByExternalIds(sync.database, { ...where, objectType }, ids, async (externalIds) =>
    objectType === 'CONTACT'
      ? prisma.contact.findMany({ where: { ...where, externalId: { in: externalIds } } })
      : prisma.account.findMany({ where: { ...where, externalId: { in: externalIds } } }),
  )
  return rows.map((row) => row?.name ?? null)
}

describe.each(eitherKind)('B59, B62: look-ups by ids that were merged (%s)', (objectType) => {
  const isContact = objectType === 'CONTACT'
  const merge = ({ portal }: Either, primary: string, other: string) =>
    isContact ? portal.mergeContacts(primary, other) : portal.mergeCompanies(primary, other)
  const handle = (name: string): Record<string, string> =>
    isContact ? { email: `${name}@x.example` } : { domain: `${name}.example` }
  const setUp = async () => {
    const given = await givenEither(objectType)
    await given.setUp([])
    const putNamed = (name: string) => given.put({ [given.name.property]: name, ...handle(name) })
    return { ...given, putNamed }
  }
  /** From now on, the record has a handle that the one named "taken" holds. */
  const block = (given: Either, id: string): void => {
    given.put(isContact ? { hs_additional_emails: 'taken@x.example' } : { hs_additional_domains: 'taken.example' }, id)
  }

  it('B59, B62: a complete chain stays as it is while its last record is skipped, and leads to that record once it syncs', async () => {
    const given = await setUp()
    const [one, two, holder] = [given.putNamed('one'), given.putNamed('two'), given.putNamed('taken')]
    await given.sync.sync()
    const first = merge(given, one, two)
    await given.sync.sync()
    expect(await found(given, objectType, [one, two, first])).toEqual(['one', 'one', 'one'])

    const three = given.putNamed('three')
    const last = merge(given, first, three)
    block(given, last)
    await given.sync.sync()
    expect(await tellErrors(given.sync)).toEqual([expect.stringMatching(new RegExp(`_TAKEN ${last}$`))])
    expect(await found(given, objectType, [one, two, first, three, 'none', holder])).toEqual([
      'one',
      'one',
      'one',
      'one',
      null,
      'taken',
    ])

    given.put(handle('released'), holder)
    await given.sync.sync()
    expect(await tellErrors(given.sync)).toEqual([])
    expect(await found(given, objectType, [one, two, first, three, last])).toEqual(['one', 'one', 'one', 'one', 'one'])
  })

  it('B62: the record that a skipped merge will lead to is found by the ids of all merged records', async () => {
    const given = await setUp()
    const [one] = [given.putNamed('one'), given.putNamed('taken')]
    await given.sync.sync()
    const two = given.putNamed('two')
    const merged = merge(given, two, one)
    block(given, merged)

    await given.sync.sync()

    expect(await found(given, objectType, [one, two])).toEqual(['one', 'one'])
  })

  it('B59: a cycle of merges leads nowhere', async () => {
    const given = await setUp()
    const { prisma } = given.sync.database
    const alias = { workspaceId: given.sync.viewer.workspaceId, objectType }
    await prisma.hubSpotAlias.createMany({
      data: [
        { ...alias, hubspotId: 901n, mergedIntoId: 902n },
        { ...alias, hubspotId: 902n, mergedIntoId: 901n },
      ],
    })

    expect(await found(given, objectType, ['901', '902'])).toEqual([null, null])
  })
})
