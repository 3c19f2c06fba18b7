import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { eitherKind, givenEither, givenEitherWithApi } from '../support/either-kind.ts'

const CreateContactOfLongTexts = graphql(`
  mutation CreateContactOfLongTexts($input: CreateContactInput!) {
    createContact(input: $input) { __typename ... on InvalidInputError { problems { path message } } }
  }
`)
const CreateAccountOfLongTexts = graphql(`
  mutation CreateAccountOfLongTexts($input: CreateAccountInput!) {
    createAccount(input: $input) { __typename ... on InvalidInputError { problems { path message } } }
  }
`)

/**
 * As long as HubSpot's own texts, with letters that do not compress, and letters of many bytes, some of which grow in
 * lower case.
 */
const long = {
  'random letters': (length: number) => randomBytes(length).toString('hex').slice(0, length),
  'letters of three bytes': (length: number) =>
    Array.from({ length }, () => String.fromCharCode(0x4e00 + (randomBytes(2).readUInt16BE() % 20_000))).join(''),
  'letters of two units': (length: number) =>
    Array.from({ length: length / 2 }, () =>
      String.fromCodePoint(0x20000 + (randomBytes(2).readUInt16BE() % 40_000)),
    ).join(''),
  'letters that grow': (length: number) => '\u023a'.repeat(length),
}
const lengths = [3_000, 65_536]
const cases = Object.entries(long).flatMap(([kind, make]) => lengths.map((length) => [kind, length, make] as const))
/** Words that only a database uses. */
const databaseWords = /index|btree|row size|SQL|relation|contact_|account_|database|postgres/i

describe.each(eitherKind)('texts of a %s that are too long', (objectType) => {
  it.each(cases)(
    'B34, B53: a name of %s, %i long, is cut, and the error names the property',
    async (_, length, make) => {
      const { sync, put, setUp, name, stored, errors } = await givenEither(objectType)
      const whole = make(length)
      const [id, other] = [put({ [name.property]: whole }), put({ [name.property]: 'Short' })]
      await setUp([])

      expect(await sync.sync()).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 2, failed: 0 })

      const { name: kept } = await stored(id)
      expect(kept.length).toBeGreaterThanOrEqual(499)
      expect(whole.startsWith(kept) && kept.isWellFormed()).toBe(true)
      expect((await stored(other)).name).toBe('Short')
      const [error, ...others] = await errors()
      expect(others).toEqual([])
      expect(error).toMatch(new RegExp(`^INVALID_VALUE ${name.property}: ${name.property}: `))
      expect(error).not.toMatch(databaseWords)
      expect(error?.length).toBeLessThan(300)

      // A name that stays cut is not written again.
      expect(await sync.sync()).toMatchObject({ unchanged: 2, updated: 0 })
      put({ [name.property]: 'Mended' }, id)
      expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', updated: 1 })
    },
  )

  it.each(lengths)('B34: descriptions and custom fields of %i characters are kept whole', async (length) => {
    const { portal, hubspotType, sync, put, setUp, mapped, stored } = await givenEither(objectType)
    portal.putProperty(hubspotType, { name: 'note' })
    const note = long['random letters'](length)
    const id = put({ note })
    const field = await mapped('note', 'STRING')
    await setUp([field, { property: 'note', target: 'DESCRIPTION' }])

    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', created: 1 })

    expect(await stored(id)).toMatchObject({ description: note, customFields: { [field.customField]: note } })
  })
})

describe('handles that are too long', () => {
  it.each([
    ['email', 'EMAIL', (text: string) => `${text}@x.example`],
    ['phone', 'PHONE', (text: string) => `ext ${text} 1`],
    ['domain', 'DOMAIN', (text: string) => `${text}.example`],
  ] as const)('B34, B49: a %s is INVALID_VALUE, and the rest of the record syncs', async (property, target, make) => {
    const objectType = target === 'DOMAIN' ? 'ACCOUNT' : 'CONTACT'
    const { portal, sync, setUp, name, stored, errors } = await givenEither(objectType)
    const values = cases.map(([, length, of]) => make(of(length - 20)))
    const puts = values.map((text, at) => {
      const more: Record<string, string> =
        target === 'PHONE' ? { email: `n${at}@x.example` } : target === 'EMAIL' ? { phone: `650-253-000${at}` } : {}
      const properties = { [name.property]: `n${at}`, [property]: text, ...more }
      return objectType === 'CONTACT' ? portal.putContact({ properties }) : portal.putCompany({ properties })
    })
    const both = [{ property: 'phone', target: 'PHONE' }] as const
    await setUp(objectType === 'CONTACT' ? both : [])

    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: puts.length, failed: 0 })

    expect((await stored(puts[0] ?? '')).name).toBe('n0')
    const found = await errors()
    expect(found).toHaveLength(values.length)
    for (const error of found) {
      expect(error).toMatch(new RegExp(`^INVALID_VALUE ${property}: ${property}: "`))
      expect(error.replace(/".*"/s, '')).not.toMatch(databaseWords)
      expect(error.length).toBeLessThan(400)
    }
  })

  it('B63: the same texts by hand are INVALID_INPUT', async () => {
    const { api, sync } = await givenEitherWithApi('CONTACT')
    const { token } = sync
    for (const [, length, make] of cases) {
      const text = make(length)
      const contact = await api.post(
        CreateContactOfLongTexts,
        {
          input: {
            name: text,
            externalId: text,
            handles: [
              { source: 'EMAIL', value: `${text}@x.example` },
              { source: 'PHONE', value: `ext ${text} 1` },
            ],
          },
        },
        { token },
      )
      const account = await api.post(
        CreateAccountOfLongTexts,
        { input: { name: text, externalId: text, domains: [`${text}.example`] } },
        { token },
      )
      const paths = (problems: readonly { path: readonly string[] }[]) =>
        [...new Set(problems.map(({ path }) => path.join('.')))].sort()
      const [ofContact, ofAccount] = [contact.data?.createContact, account.data?.createAccount]
      if (ofContact?.__typename !== 'InvalidInputError' || ofAccount?.__typename !== 'InvalidInputError') {
        throw new Error(`was taken: ${JSON.stringify([contact, account]).slice(0, 500)}`)
      }
      expect(paths(ofContact.problems)).toEqual(['externalId', 'handles.0.value', 'handles.1.value', 'name'])
      expect(paths(ofAccount.problems)).toEqual(['domains.0', 'externalId', 'name'])
    }
  })

  it('B63: texts of the maximum length are accepted', async () => {
    const { api, sync } = await givenEitherWithApi('CONTACT')
    const { token } = sync
    for (const make of Object.values(long)) {
      const contact = await api.post(
        CreateContactOfLongTexts,
        {
          input: {
            name: make(500),
            externalId: make(100),
            handles: [{ source: 'EMAIL', value: `${make(300)}@x.example` }],
          },
        },
        { token },
      )
      expect(contact.data?.createContact).toEqual({ __typename: 'CreateContactPayload' })
      const account = await api.post(
        CreateAccountOfLongTexts,
        { input: { name: make(500), externalId: make(100), domains: [`${make(60)}.example`] } },
        { token },
      )
      expect(account.data?.createAccount).toEqual({ __typename: 'CreateAccountPayload' })
    }
  })
})
