import { describe, expect, it } from 'vitest'
import { eitherKind, givenEither } from '../support/either-kind.ts'

const owner = 'hubspot_owner_id'

describe.each(eitherKind)('owners of records that become a %s', (objectType) => {
  const given = async () => {
    const one = await givenEither(objectType)
    const email = (await one.sync.database.prisma.user.findFirstOrThrow()).email ?? ''
    one.portal.putOwner({ id: '70001', email: email.toUpperCase(), firstName: 'Olga', lastName: 'Active' })
    one.portal.putOwner({
      id: '70002',
      email: 'anton@gone.example',
      firstName: 'Anton',
      lastName: 'Gone',
      archived: true,
    })
    const text = await one.mapped(owner, 'STRING')
    return { ...one, email, text: text.customField, mapping: text }
  }

  it('B34: an owner keeps the same name after leaving the portal, and the record does not count as updated', async () => {
    const { portal, sync, put, setUp, stored, text, mapping } = await given()
    const id = put({ [owner]: '70001' })
    await setUp([mapping])
    await sync.sync()
    expect((await stored(id)).customFields).toEqual({ [text]: 'Olga Active' })

    portal.putOwner({ id: '70001', archived: true })
    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', updated: 0, unchanged: 1 })

    expect((await stored(id)).customFields).toEqual({ [text]: 'Olga Active' })
  })

  it('B34: an owner who left before the first run is shown by name as well', async () => {
    const { sync, put, setUp, stored, text, mapping } = await given()
    const id = put({ [owner]: '70002' })
    await setUp([mapping])

    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED' })

    expect((await stored(id)).customFields).toEqual({ [text]: 'Anton Gone' })
  })

  it('B34: an owner that HubSpot no longer knows leaves the last name in place, and is one error of the record', async () => {
    const { portal, sync, put, setUp, mapped, stored, errors, email, text, mapping } = await given()
    const teammate = await mapped(owner, 'TEAMMATE')
    const [id, stranger] = [put({ [owner]: '70001' }), put({ [owner]: '79999' })]
    await setUp([mapping, teammate])
    await sync.sync()
    expect((await stored(stranger)).customFields).toEqual({})

    portal.world.owners.delete('70001')
    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', skipped: 0, failed: 0 })

    expect((await stored(id)).customFields).toEqual({ [text]: 'Olga Active', [teammate.customField]: email })
    expect(await errors()).toEqual([
      `INVALID_VALUE ${owner}: ${owner}: HubSpot has no owner with the ID "70001".`,
      `INVALID_VALUE ${owner}: ${owner}: HubSpot has no owner with the ID "79999".`,
    ])
  })

  it('B34: an owner who is not a teammate is named in the error', async () => {
    const { sync, put, setUp, mapped, errors } = await given()
    put({ [owner]: '70002' })
    await setUp([await mapped(owner, 'TEAMMATE')])

    await sync.sync()

    expect(await errors()).toEqual([
      `INVALID_VALUE ${owner}: ${owner}: Anton Gone (anton@gone.example) is not a teammate: no member of the workspace has this email address.`,
    ])
  })
})
