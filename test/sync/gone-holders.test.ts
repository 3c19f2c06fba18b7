import { describe, expect, it } from 'vitest'
import type { ObjectType } from '../../src/generated/prisma/enums.ts'
import { type Either, eitherKind, givenEither } from '../support/either-kind.ts'
import { tellAccounts, tellContacts, tellErrors } from '../support/set-up-accounts.ts'

/** Two records with a handle each. The first has left the scope, as the store knows. */
async function givenOneThatLeft(objectType: ObjectType) {
  const given = await givenEither(objectType)
  await given.setUp([])
  const isContact = objectType === 'CONTACT'
  const handle = (name: string): Record<string, string> =>
    isContact ? { email: `${name}@x.example` } : { domain: `${name}.example` }
  const putNamed = (name: string) => given.put({ [given.name.property]: name, ...handle(name) })
  const [gone, stays] = [putNamed('ann'), putNamed('bea')]
  await given.sync.sync()
  await leave(given, objectType, gone)
  return { ...given, gone, stays }
}

/** Contacts leave through the list. A company leaves only by a merge into one that is excluded. */
async function leave({ sync, portal }: Either, objectType: ObjectType, id: string): Promise<void> {
  if (objectType === 'ACCOUNT') {
    const where = { hubspotId: BigInt(id) }
    await sync.database.prisma.accountLink.updateMany({ where, data: { state: 'OUT_OF_SCOPE' } })
    return
  }
  const links = await sync.database.prisma.contactLink.findMany()
  portal.setListMembers(
    '42',
    links.map(({ hubspotId }) => String(hubspotId)).filter((one) => one !== id),
  )
  await sync.sync()
}

const handleOf = (objectType: ObjectType, name: string) =>
  objectType === 'CONTACT' ? `${name}@x.example` : `${name}.example`

describe.each(eitherKind)('a contact that left the scope and was deleted later (%s)', (objectType) => {
  const tell = (given: Either) => (objectType === 'CONTACT' ? tellContacts(given.sync) : tellAccounts(given.sync))
  const archive = ({ portal }: Either, id: string) =>
    objectType === 'CONTACT' ? portal.archiveContact(id) : portal.archiveCompany(id)
  const list = (given: Either, ids: readonly string[]) => {
    if (objectType === 'CONTACT') given.portal.setListMembers('42', [...ids])
  }

  it('B46, B57: releases its handle to the contact that was created instead, in the same run', async () => {
    const given = await givenOneThatLeft(objectType)
    const ours = await given.stored(given.gone)
    archive(given, given.gone)
    const anew = given.put({ [given.name.property]: 'ann', ...handleValue(objectType, 'ann') })
    list(given, [given.stays, anew])

    const run = await given.sync.sync()

    expect(run).toMatchObject({ status: 'COMPLETED', linked: 1, created: 0 })
    expect((await given.stored(anew)).id).toBe(ours.id)
    expect(await tellErrors(given.sync)).toEqual([])
    expect(await given.sync.sync()).toMatchObject({ status: 'COMPLETED', unchanged: 2 })
  })

  it('B57: is SOURCE_DELETED from then on, even if the contact that it blocked is also blocked by another one', async () => {
    const given = await givenOneThatLeft(objectType)
    archive(given, given.gone)
    const both: Record<string, string> =
      objectType === 'CONTACT'
        ? { email: 'ann@x.example', hs_additional_emails: 'bea@x.example' }
        : { domain: 'ann.example', hs_additional_domains: 'bea.example' }
    const anew = given.put({ [given.name.property]: 'both', ...both })
    list(given, [given.stays, anew])

    await given.sync.sync()

    expect(await tellErrors(given.sync)).toEqual([expect.stringMatching(new RegExp(`_TAKEN ${anew}$`))])
    expect(await tell(given)).toContain(`${given.gone} ann ${handleOf(objectType, 'ann')} SOURCE_DELETED`)
  })

  it('B46: keeps its handle while HubSpot has it or does not say', async () => {
    const given = await givenOneThatLeft(objectType)
    const other = given.put({ [given.name.property]: 'other', ...handleValue(objectType, 'ann') })
    if (objectType === 'ACCOUNT') {
      // All companies are in scope: when this one returns, its link is taken up again.
      archive(given, given.gone)
      given.portal.configure({ omittedIds: [given.gone] })
    }
    list(given, [given.stays, other])

    await given.sync.sync()

    expect(await tellErrors(given.sync)).toEqual([expect.stringMatching(new RegExp(`_TAKEN ${other}$`))])
    expect(await tell(given)).toContain(`${given.gone} ann ${handleOf(objectType, 'ann')} OUT_OF_SCOPE`)
  })
})

const handleValue = (objectType: ObjectType, name: string): Record<string, string> =>
  objectType === 'CONTACT' ? { email: handleOf(objectType, name) } : { domain: handleOf(objectType, name) }

it('B46, B59: a contact that left and was merged into one out of scope follows its merge, and still counts as linked', async () => {
  const given = await givenOneThatLeft('CONTACT')
  const { portal, sync } = given
  const primary = portal.putContact({ properties: { lastname: 'zoe', email: 'zoe@x.example' } })
  const merged = portal.mergeContacts(primary, given.gone)
  const other = given.put({ lastname: 'other', email: 'ann@x.example' })
  portal.setListMembers('42', [given.stays, other])

  await sync.sync()

  expect(await tellErrors(sync)).toEqual([`EMAIL_TAKEN ${other}`])
  expect(await tellContacts(sync)).toContain(`${merged} ann ann@x.example OUT_OF_SCOPE`)
})
