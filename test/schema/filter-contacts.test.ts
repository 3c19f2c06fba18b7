import { expect, test } from 'vitest'
import type { AccountFilter, ContactFilter } from '../../client/generated/graphql.ts'
import { graphql } from '../../client/generated/index.ts'
import { storeCustomField } from '../support/graphql/set-up-mapping.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact } from '../support/graphql/stored-rows.ts'

const Contacts = graphql(`
  query FilteredContacts($filter: ContactFilter) {
    contacts(first: 100, filter: $filter, orderBy: { field: NAME }) { totalCount nodes { name } }
  }
`)
const Accounts = graphql(`
  query FilteredAccounts($filter: AccountFilter) {
    accounts(first: 100, filter: $filter, orderBy: { field: NAME, direction: DESC }) { totalCount nodes { name } }
  }
`)
const AccountContacts = graphql(`
  query FilteredContactsOfAccount($id: ID!, $filter: ContactFilter) {
    account(by: { id: $id }) { contacts(first: 10, filter: $filter) { nodes { name } } }
  }
`)

const api = await startTestApi()

/** Ada, Bob, and Cyd of two accounts, and Dan, who is someone's private contact. */
async function workspace() {
  const created = await api.createWorkspace()
  const { workspaceId, token } = created
  const { prisma } = api.database
  await storeCustomField(api.database, workspaceId, 'stage', 'ENUM', { options: ['Lead', 'Customer'] })
  await storeCustomField(api.database, workspaceId, 'size', 'NUMBER')
  await storeCustomField(api.database, workspaceId, 'news', 'BOOLEAN')
  await storeCustomField(api.database, workspaceId, 'since', 'DATETIME')
  await storeCustomField(api.database, workspaceId, 'seats', 'NUMBER', { objectType: 'ACCOUNT' })
  const store = { workspaceId }
  const acme = await prisma.account.create({
    data: { ...store, id: crypto.randomUUID(), name: 'Acme', customFields: { seats: 5 } },
  })
  await prisma.accountDomain.create({ data: { ...store, accountId: acme.id, domain: 'acme.test' } })
  const zeta = await prisma.account.create({ data: { ...store, id: crypto.randomUUID(), name: 'Zeta' } })
  const member = await api.createUser(workspaceId, 'MEMBER')
  const ada = await storeContact(api.database, workspaceId, {
    name: 'Ada',
    hubspotId: 1001n,
    email: 'ada@acme.test',
    customFields: { stage: 'Lead', size: 5, news: true, since: '2026-01-31T00:00:00.000Z' },
  })
  const bob = await storeContact(api.database, workspaceId, {
    name: 'bob 100%',
    hubspotId: 1002n,
    link: { state: 'SOURCE_DELETED' },
    customFields: { stage: 'Customer', size: 12.5, news: false, since: '2026-02-01T00:00:00.000Z' },
  })
  const cyd = await storeContact(api.database, workspaceId, { name: 'Cyd', email: 'cyd@home.test' })
  await storeContact(api.database, workspaceId, { name: 'Dan', privateOwnerId: member.userId })
  await prisma.contact.update({ where: { id: ada }, data: { accountId: acme.id, links: ['https://ada.test'] } })
  await prisma.contact.update({ where: { id: bob }, data: { accountId: zeta.id, avatarUrl: 'https://a.test/b.png' } })
  await prisma.contactHandle.create({ data: { workspaceId, contactId: bob, source: 'PHONE', value: '+12125550123' } })
  await prisma.contact.update({ where: { id: cyd }, data: { createdAt: new Date('2026-03-01T12:00:00.500Z') } })
  const names = async (filter: ContactFilter, as: { token: string } = { token }) => {
    const { data, errors } = await api.post(Contacts, { filter }, as)
    expect(errors).toEqual([])
    expect(data?.contacts.totalCount).toBe(data?.contacts.nodes.length)
    return data?.contacts.nodes.map(({ name }) => name.slice(0, 3)).join(' ')
  }
  const accounts = async (filter: AccountFilter) =>
    (await api.post(Accounts, { filter }, { token })).data?.accounts.nodes.map(({ name }) => name).join(' ')
  return { ...created, names, accounts, member, acme, ada: globalId('Contact', ada) }
}

const w = await workspace()

test.for<[ContactFilter, string]>([
  [{}, 'Ada bob Cyd'],
  [{ name: { eq: 'Ada' } }, 'Ada'],
  [{ name: { eq: 'ada' } }, ''],
  [{ name: { in: ['Ada', 'Cyd', 'Eve'] } }, 'Ada Cyd'],
  [{ name: { in: [] } }, ''],
  [{ name: { startsWith: 'B' } }, 'bob'],
  [{ name: { contains: 'D' } }, 'Ada Cyd'],
  [{ name: { contains: '0%' } }, 'bob'],
  [{ name: { contains: '_' } }, ''],
  [{ description: { isNull: true }, name: { contains: 'a' } }, 'Ada'],
  [{ externalId: { eq: '1001' } }, 'Ada'],
  [{ externalId: { isNull: true } }, 'Cyd'],
  [{ not: { externalId: { eq: '1001' } } }, 'bob Cyd'],
  [{ avatarUrl: { isNull: false } }, 'bob'],
  [{ link: { contains: 'ADA.test' } }, 'Ada'],
  [{ isPrivate: { eq: true } }, ''],
  [{ createdAt: { lt: '2026-04-01T00:00:00Z' } }, 'Cyd'],
  [{ createdAt: { eq: '2026-03-01T12:00:00.500Z' } }, 'Cyd'],
  [{ updatedAt: { gte: '2026-01-01T00:00:00Z', lte: '2999-01-01T00:00:00Z' } }, 'Ada bob Cyd'],
  [{ hubspot: { isNull: true } }, 'Cyd'],
  [{ hubspot: { state: { eq: 'SOURCE_DELETED' } } }, 'bob'],
  [{ hubspot: { state: { in: ['ACTIVE', 'OUT_OF_SCOPE'] } } }, 'Ada'],
  [{ hasHandle: false }, ''],
  [{ handle: { source: 'PHONE' } }, 'bob'],
  [{ handle: { value: { eq: '(212) 555-0123' } } }, 'bob'],
  [{ handle: { value: { in: ['ADA@acme.test', ' cyd@home.test'] } } }, 'Ada Cyd'],
  [{ handle: { source: 'EMAIL', value: { contains: 'ACME' } } }, 'Ada'],
  [{ handle: { source: 'EMAIL', value: { startsWith: '+1' } } }, ''],
  [{ hasAccount: false }, 'Cyd'],
  [{ account: { name: { startsWith: 'z' } } }, 'bob'],
  [{ account: { domain: { eq: 'https://www.acme.test' } } }, 'Ada'],
  [{ account: { customFields: [{ key: 'seats', number: { gte: 5 } }] } }, 'Ada'],
  [{ and: [{ hasAccount: true }, { not: { name: { eq: 'Ada' } } }] }, 'bob'],
  [{ or: [{ name: { eq: 'Ada' } }, { name: { eq: 'Cyd' } }] }, 'Ada Cyd'],
  [{ or: [] }, ''],
  [{ not: {} }, ''],
])('contacts can be filtered by %j', async ([filter, expected]) => {
  expect(await w.names(filter)).toBe(expected)
})

test.for<[ContactFilter['customFields'], string]>([
  [[{ key: 'stage', text: { eq: 'Lead' } }], 'Ada'],
  [[{ key: 'stage', text: { in: ['Lead', 'Customer'] } }], 'Ada bob'],
  [[{ key: 'stage', text: { startsWith: 'cust' } }], 'bob'],
  [[{ key: 'stage', isNull: true }], 'Cyd'],
  [[{ key: 'size', number: { eq: 12.5 } }], 'bob'],
  [[{ key: 'size', number: { in: [5, 6] } }], 'Ada'],
  [[{ key: 'size', number: { gt: 5 } }], 'bob'],
  [[{ key: 'size', number: { gte: 5, lt: 12.5 } }], 'Ada'],
  [[{ key: 'news', boolean: { eq: false } }], 'bob'],
  [[{ key: 'since', datetime: { gt: '2026-01-31T00:00:00Z' } }], 'bob'],
  [[{ key: 'since', datetime: { lte: '2026-01-31T01:00:00+01:00' } }], 'Ada'],
  [
    [
      { key: 'size', isNull: false },
      { key: 'news', boolean: { eq: true } },
    ],
    'Ada',
  ],
])('B5: contacts can be filtered by the custom fields %j', async ([customFields, expected]) => {
  expect(await w.names({ customFields })).toBe(expected)
})

test('B5, B8: contacts can be filtered by account, and a private contact is visible only to its owner', async () => {
  const id = globalId('Account', w.acme.id)

  expect(await w.names({ account: { id: { eq: id } } })).toBe('Ada')
  expect(await w.names({ account: { id: { in: [id] } } })).toBe('Ada')
  expect(await w.names({ id: { in: [w.ada] } })).toBe('Ada')
  expect(await w.names({ isPrivate: { eq: true } }, w.member)).toBe('Dan')
  const of = async (filter: ContactFilter) =>
    (await api.post(AccountContacts, { id, filter }, w)).data?.account?.contacts.nodes
  expect(await of({ name: { eq: 'Ada' } })).toEqual([{ name: 'Ada' }])
  expect(await of({ name: { eq: 'Bob' } })).toEqual([])
})

test('B5, B65: accounts can be filtered by their fields, domains, and custom fields', async () => {
  expect(await w.accounts({})).toBe('Zeta Acme')
  expect(await w.accounts({ domain: { contains: 'acme' } })).toBe('Acme')
  expect(await w.accounts({ customFields: [{ key: 'seats', number: { lt: 5 } }] })).toBe('')
  expect(await w.accounts({ or: [{ name: { eq: 'Zeta' } }, { hubspot: { isNull: false } }] })).toBe('Zeta')
})

test.for<[ContactFilter, string, string]>([
  [
    { or: [{}, { customFields: [{ key: 'none', isNull: true }] }] },
    'filter.or.1.customFields.0.key',
    'no custom field',
  ],
  [{ customFields: [{ key: 'size', text: { eq: '5' } }] }, 'filter.customFields.0.text', 'holds NUMBER'],
  [{ customFields: [{ key: 'stage', number: { gt: 5 } }] }, 'filter.customFields.0.number', 'holds ENUM'],
  [{ account: { customFields: [{ key: 'size', isNull: true }] } }, 'filter.account.customFields.0.key', 'no custom'],
  [{ name: { contains: 'x'.repeat(1001) } }, 'filter.name.contains', '1000 characters'],
  [{ name: { in: Array.from({ length: 101 }, String) } }, 'filter.name.in', '100 values'],
  [{ or: Array.from({ length: 61 }, () => ({ hasHandle: true })) }, 'filter.or.60', '60 conditions'],
  [
    { not: { not: { not: { not: { not: { not: { hasHandle: true } } } } } } },
    'filter.not.not.not.not.not.not',
    '6 levels',
  ],
  [{ id: { eq: globalId('Account', crypto.randomUUID()) } }, 'filter.id.eq', 'a contact'],
])('an invalid filter is rejected with the path of the mistake: %j', async ([filter, path, message]) => {
  const { data, errors } = await api.post(Contacts, { filter }, w)

  expect(data).toBeNull()
  expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }])
  const problems = errors[0]?.extensions?.problems as { path: string[]; message: string }[]
  expect(problems.map((problem) => problem.path.join('.'))).toEqual([path])
  expect(problems[0]?.message).toContain(message)
})
