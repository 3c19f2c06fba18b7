import { describe, expect, it } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { givenEitherWithApi } from '../support/either-kind.ts'

const By = graphql(`query ByAnyNotation($by: ContactBy!) { contact(by: $by) { externalId } }`)
const Filtered = graphql(`
  query FilteredByNotation($filter: ContactFilter) { contacts(filter: $filter) { nodes { externalId } } }
`)
const Suggested = graphql(
  `query SuggestedByNotation($query: String!) { contactSuggestions(query: $query) { externalId } }`,
)
const AccountByDomain = graphql(`query AccountByNotation($by: AccountBy!) { account(by: $by) { externalId } }`)
const Create = graphql(`
  mutation CreateWithHandle($input: CreateContactInput!) {
    createContact(input: $input) {
      __typename
      ... on CreateContactPayload { contact { handles { source value } } }
      ... on InvalidInputError { problems { path message } }
      ... on HandleTakenError { value }
    }
  }
`)
const Add = graphql(`
  mutation AddAnyHandle($id: ID!, $handle: HandleInput!) {
    addContactHandle(id: $id, handle: $handle) {
      __typename
      ... on InvalidInputError { problems { path message } }
    }
  }
`)

const phone = { property: 'phone', target: 'PHONE' } as const

/** Spellings of one handle. The first one is stored. */
const spellings: [source: 'EMAIL' | 'PHONE', value: string, ...others: string[]][] = [
  [
    'EMAIL',
    'ann@x.example',
    ' ANN@X.example ',
    '\u200bann@x.example\u00a0',
    'ann\u00ad@x\u2060.example',
    'a\u202fnn@x.example',
  ],
  [
    'PHONE',
    '+16502530000',
    '(650) 253-0000',
    '650\u00a0253\u00a00000',
    '\u202a+1 650-253-0000\u202c',
    '650\u200b2530000',
  ],
  ['PHONE', '+16502530001;ext=12', '(650) 253-0001 ext. 12', '650-253-0001x12', '+1\u00a0650\u00a0253\u00a00001 #12'],
  ['PHONE', '+525512345678', '+52 1 55 1234 5678', '+5215512345678', '+52 55 1234 5678', '+52\u00a01 5512345678'],
  ['PHONE', 'ext 12', ' ext 12 ', '\u200bext 12'],
]

describe('a handle in any notation', () => {
  it.each(spellings)(
    'B49: %s %s is one handle: synced, looked up, filtered, suggested, and added by hand',
    async (source, value, ...others) => {
      const { api, portal, sync, setUp } = await givenEitherWithApi('CONTACT')
      const { token } = sync
      const last = others.at(-1) ?? value
      const id = portal.putContact({ properties: { [source === 'EMAIL' ? 'email' : 'phone']: last } })
      const twin = portal.putContact({
        properties: { [source === 'EMAIL' ? 'email' : 'phone']: value, lastname: 'Twin' },
      })
      await setUp([phone])

      await sync.sync()

      const handles = await api.database.prisma.contactHandle.findMany({ select: { source: true, value: true } })
      expect(handles).toEqual([{ source, value }])
      const open = await api.database.prisma.syncError.findMany()
      expect(open).toMatchObject([{ type: `${source}_TAKEN`, hubspotId: BigInt(twin) }])
      for (const text of [value, ...others]) {
        const asked = await api.post(By, { by: { handle: { source, value: text } } }, { token })
        expect([text, asked.data?.contact]).toEqual([text, { externalId: id }])
        for (const filter of [{ source, value: { eq: text } }, { value: { in: [text] } }]) {
          const { data } = await api.post(Filtered, { filter: { handle: filter } }, { token })
          expect([text, data?.contacts.nodes]).toEqual([text, [{ externalId: id }]])
        }
        const suggested = await api.post(Suggested, { query: text }, { token })
        expect([text, suggested.data?.contactSuggestions]).toEqual([text, [{ externalId: id }]])
        const created = await api.post(Create, { input: { handles: [{ source, value: text }] } }, { token })
        expect([text, created.data?.createContact]).toEqual([text, { __typename: 'HandleTakenError', value }])
      }
    },
  )

  it('B49: a number with an extension is a different number, and a different handle', async () => {
    const { portal, sync, setUp } = await givenEitherWithApi('CONTACT')
    for (const text of ['650-253-0000', '650-253-0000 ext 1', '650-253-0000 ext 2'])
      portal.putContact({ properties: { phone: text } })
    await setUp([phone])

    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', created: 3 })
  })

  const placeholders = ['n/a', 'N/A', '-', '0', '000', '+0', 'none', '\u200b', '\u00a0']
  it('B49: a placeholder is not a phone number: nobody shares it, and nobody is found by it', async () => {
    const { api, portal, sync, put, setUp, errors } = await givenEitherWithApi('CONTACT')
    for (const text of placeholders) put({ phone: text })
    const alone = portal.putContact({ properties: { phone: 'n/a' } })
    await setUp([phone])

    expect(await sync.sync()).toMatchObject({ created: placeholders.length, skipped: 1 })

    expect(await errors()).toEqual([expect.stringMatching(/^MISSING_HANDLE/)])
    expect(await api.database.prisma.syncError.findMany()).toMatchObject([{ hubspotId: BigInt(alone) }])
    expect(await api.database.prisma.contactHandle.count({ where: { source: 'PHONE' } })).toBe(0)
    for (const value of placeholders) {
      const handle = { source: 'PHONE' as const, value }
      expect((await api.post(By, { by: { handle } }, { token: sync.token })).data).toEqual({ contact: null })
      const created = await api.post(Create, { input: { handles: [handle] } }, { token: sync.token })
      expect(created.data?.createContact).toEqual({
        __typename: 'InvalidInputError',
        problems: [{ path: ['handles', '0', 'value'], message: expect.stringContaining('is not a phone number') }],
      })
    }
  })

  const noEmails = ['none', 'ann@', '@x.example', 'a@b@x.example', '@', 'ann@\u200b', 'ann lee@x.example']
  it('B49: an email without something on both sides of a single @ is INVALID_VALUE, and the rest of the contact syncs', async () => {
    const { api, portal, sync, setUp, stored } = await givenEitherWithApi('CONTACT')
    const ids = noEmails.map((work_email, at) =>
      portal.putContact({ properties: { work_email, phone: `650-253-000${at}`, lastname: 'Lee' } }),
    )
    await setUp([{ property: 'work_email', target: 'EMAIL' }, phone])

    expect(await sync.sync()).toMatchObject({ created: noEmails.length, skipped: 0, failed: 0 })

    expect((await stored(ids[0] ?? '')).name).toBe('Lee')
    expect(await api.database.prisma.contactHandle.count({ where: { source: 'EMAIL' } })).toBe(0)
    const found = await api.database.prisma.syncError.findMany({ orderBy: { hubspotId: 'asc' } })
    expect(found.map(({ type, property, hubspotId }) => [type, property, String(hubspotId)])).toEqual(
      ids.map((id) => ['INVALID_VALUE', 'work_email', id]),
    )
    const contactId = (await stored(ids[0] ?? '')).id
    for (const value of noEmails) {
      const handle = { source: 'EMAIL' as const, value }
      expect((await api.post(By, { by: { handle } }, { token: sync.token })).data).toEqual({ contact: null })
      const id = Buffer.from(`Contact:${contactId}`).toString('base64')
      const added = await api.post(Add, { id, handle }, { token: sync.token })
      expect(added.data?.addContactHandle).toEqual({
        __typename: 'InvalidInputError',
        problems: [{ path: ['handle', 'value'], message: expect.stringContaining('is not an email address') }],
      })
    }
  })

  it('B34, B49: an email that is no longer an address leaves the last one in place, even for a contact without any other', async () => {
    const { portal, sync, setUp, errors } = await givenEitherWithApi('CONTACT')
    const email = { property: 'work_email', target: 'EMAIL' } as const
    const both = portal.putContact({ properties: { work_email: 'ann@x.example', phone: '650-253-0000' } })
    const one = portal.putContact({ properties: { work_email: 'bob@x.example' } })
    await setUp([email, phone])
    await sync.sync()

    for (const id of [both, one]) portal.putContact({ id, properties: { work_email: 'none' } })
    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', skipped: 1 })

    const values = await sync.database.prisma.contactHandle.findMany({ orderBy: { value: 'asc' } })
    expect(values.map(({ value }) => value)).toEqual(['+16502530000', 'ann@x.example', 'bob@x.example'])
    expect(await errors()).toEqual([
      expect.stringMatching(/^MISSING_HANDLE/),
      'INVALID_VALUE work_email: work_email: "none" is not an email address.',
      'INVALID_VALUE work_email: work_email: "none" is not an email address.',
    ])

    portal.putContact({ id: both, properties: { work_email: '' } })
    portal.putContact({ id: one, properties: { work_email: 'bea@x.example' } })
    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', updated: 2 })
    const left = await sync.database.prisma.contactHandle.findMany({ orderBy: { value: 'asc' } })
    expect(left.map(({ value }) => value)).toEqual(['+16502530000', 'bea@x.example'])
  })

  it('B65: a domain is the same however it is pasted', async () => {
    const { api, portal, sync, setUp } = await givenEitherWithApi('ACCOUNT')
    const id = portal.putCompany({
      properties: { name: 'Acme', domain: '\u200bhttps://WWW.Acme\u00ad.example/\u00a0' },
    })
    const twin = portal.putCompany({ properties: { name: 'Twin', domain: 'acme.example' } })
    await setUp([])

    await sync.sync()

    expect(await api.database.prisma.accountDomain.findMany()).toMatchObject([{ domain: 'acme.example' }])
    expect(await api.database.prisma.syncError.findMany()).toMatchObject([
      { type: 'DOMAIN_TAKEN', hubspotId: BigInt(twin) },
    ])
    for (const domain of ['acme.example', '\ufeffACME.example', 'acme\u00a0.example']) {
      const { data } = await api.post(AccountByDomain, { by: { domain } }, { token: sync.token })
      expect(data?.account).toEqual({ externalId: id })
    }
  })
})
