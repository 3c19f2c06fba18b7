import { expect, test } from 'vitest'
import type { CreateAccountInput, UpdateAccountInput } from '../../client/generated/graphql.ts'
import { graphql } from '../../client/generated/index.ts'
import { storeCustomField, storeMappings } from '../support/graphql/set-up-mapping.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact, storeRun } from '../support/graphql/stored-rows.ts'

const Create = graphql(`
  mutation CreateAccount($input: CreateAccountInput!) {
    createAccount(input: $input) {
      __typename
      ... on CreateAccountPayload { account { id name description domains externalId customFields { key value } hubspot { recordId } } }
      ... on UserError { code }
      ... on InvalidInputError { problems { path } }
      ... on DomainTakenError { domain heldBy { name } }
    }
  }
`)
const Update = graphql(`
  mutation UpdateAccount($id: ID!, $input: UpdateAccountInput!) {
    updateAccount(id: $id, input: $input) {
      __typename
      ... on UpdateAccountPayload { account { name description domains } }
      ... on UserError { code }
      ... on HubSpotOwnedFieldError { fields { field property editUrl } }
    }
  }
`)
const Delete = graphql(`
  mutation DeleteAccount($id: ID!, $excludeFromSync: Boolean) {
    deleteAccount(id: $id, excludeFromSync: $excludeFromSync) {
      __typename
      ... on DeleteAccountPayload { deletedId }
      ... on UserError { code }
    }
  }
`)
const Find = graphql(`
  query FindAccount($by: AccountBy!) {
    account(by: $by) {
      name
      hubspot { recordId url state lastSyncedAt fields { field property editUrl } }
      contacts(first: 10) { nodes { name account { name } } }
    }
  }
`)

const api = await startTestApi()
const editUrl = 'https://app-eu1.hubspot.com/contacts/4711/record/0-2/501'

async function workspace() {
  const created = await api.createWorkspace()
  const member = await api.createUser(created.workspaceId, 'MEMBER')
  return {
    ...created,
    member,
    create: async (input: CreateAccountInput) => (await api.post(Create, { input }, member)).data?.createAccount,
    update: async (id: string, input: UpdateAccountInput) =>
      (await api.post(Update, { id: globalId('Account', id), input }, member)).data?.updateAccount,
  }
}

async function storeLinkedAccount(workspaceId: string) {
  const { prisma } = api.database
  const id = crypto.randomUUID()
  await prisma.account.create({ data: { id, workspaceId, name: 'Acme', externalId: '501' } })
  await prisma.accountDomain.create({ data: { workspaceId, accountId: id, domain: 'acme.test', fromHubspot: true } })
  const syncedAt = new Date('2026-11-20T10:00:00Z')
  await prisma.accountLink.create({ data: { workspaceId, hubspotId: 501n, accountId: id, syncedAt } })
  return id
}

test('B65: an account is created with normalised domains; if one is taken, the error names its holder', async () => {
  const { workspaceId, create } = await workspace()
  await storeCustomField(api.database, workspaceId, 'seats', 'NUMBER', { objectType: 'ACCOUNT' })

  const created = await create({
    name: 'Acme',
    domains: ['https://www.Acme.test/about', 'acme.test', 'acme.example'],
    customFields: [{ key: 'seats', value: 5 }],
  })
  const taken = await create({ name: 'Other', domains: ['ACME.test'] })
  const free = await create({ domains: ['gmail.com', ' '] })

  expect(created).toMatchObject({
    __typename: 'CreateAccountPayload',
    account: {
      name: 'Acme',
      domains: ['acme.example', 'acme.test'],
      customFields: [{ key: 'seats', value: 5 }],
      hubspot: null,
    },
  })
  expect(taken).toEqual({
    __typename: 'DomainTakenError',
    code: 'DOMAIN_TAKEN',
    domain: 'acme.test',
    heldBy: { name: 'Acme' },
  })
  expect(free).toMatchObject({ problems: [{ path: ['domains', '0'] }, { path: ['domains', '1'] }] })
})

test('B42, B64: a write to a field that HubSpot feeds is refused with its URL; other domains can be added and removed', async () => {
  const { workspaceId, update } = await workspace()
  await storeMappings(api.database, workspaceId, 'ACCOUNT', [
    ['name', 'NAME'],
    ['domain', 'DOMAIN'],
  ])
  const id = await storeLinkedAccount(workspaceId)

  expect(await update(id, { name: 'Other', domains: [] })).toEqual({
    __typename: 'HubSpotOwnedFieldError',
    code: 'HUBSPOT_OWNED_FIELD',
    fields: [
      { field: 'name', property: 'name', editUrl },
      { field: 'domains', property: 'domain', editUrl },
    ],
  })
  expect(await update(id, { description: 'Anvils', domains: ['acme.test', 'acme.example'] })).toMatchObject({
    account: { name: 'Acme', description: 'Anvils', domains: ['acme.example', 'acme.test'] },
  })
  expect(await update(id, { domains: ['acme.test'] })).toMatchObject({ account: { domains: ['acme.test'] } })
})

test('B3, B40, B41: an account is found by id, HubSpot id, and domain, and shows its contacts and its link', async () => {
  const { workspaceId, token } = await workspace()
  await storeMappings(api.database, workspaceId, 'ACCOUNT', [['name', 'NAME']])
  const id = await storeLinkedAccount(workspaceId)
  const contact = await storeContact(api.database, workspaceId)
  await api.database.prisma.contact.update({ where: { id: contact }, data: { accountId: id } })
  await api.database.prisma.hubSpotAlias.create({
    data: { workspaceId, objectType: 'ACCOUNT', hubspotId: 500n, mergedIntoId: 501n },
  })
  const finishedAt = new Date('2026-11-22T10:00:00Z')
  await storeRun(api.database, workspaceId, { status: 'COMPLETED', withAccounts: true, finishedAt })
  const later = new Date('2026-11-23T10:00:00Z')
  await storeRun(api.database, workspaceId, { status: 'COMPLETED', finishedAt: later })

  for (const by of [
    { id: globalId('Account', id) },
    { externalId: '501' },
    { externalId: '500' },
    { domain: 'https://www.ACME.test/' },
  ]) {
    const { data, errors } = await api.post(Find, { by }, { token })
    expect(errors).toEqual([])
    expect(data?.account).toEqual({
      name: 'Acme',
      hubspot: {
        recordId: '501',
        url: editUrl,
        state: 'ACTIVE',
        // The later run covered contacts only.
        lastSyncedAt: finishedAt.toISOString(),
        fields: [{ field: 'name', property: 'name', editUrl }],
      },
      contacts: { nodes: [{ name: 'Ada', account: { name: 'Acme' } }] },
    })
  }
})

test('B60: a deleted account leaves its contacts, and only admins can exclude it', async () => {
  const { workspaceId, token, member } = await workspace()
  const account = await storeLinkedAccount(workspaceId)
  const contact = await storeContact(api.database, workspaceId)
  const { prisma } = api.database
  await prisma.contact.update({ where: { id: contact }, data: { accountId: account, accountFromHubspot: true } })
  const id = globalId('Account', account)

  const forbidden = await api.post(Delete, { id, excludeFromSync: true }, member)
  const deleted = await api.post(Delete, { id, excludeFromSync: true }, { token })

  expect(forbidden.data?.deleteAccount).toMatchObject({ code: 'FORBIDDEN' })
  expect(deleted.data?.deleteAccount).toEqual({ __typename: 'DeleteAccountPayload', deletedId: id })
  expect(await prisma.contact.findUnique({ where: { id: contact } })).toMatchObject({
    accountId: null,
    accountFromHubspot: false,
  })
  expect(await prisma.hubSpotExclusion.findMany({ where: { workspaceId } })).toMatchObject([
    { objectType: 'ACCOUNT', hubspotId: 501n },
  ])
})

test("I2: another workspace's account is neither changed nor deleted", async () => {
  const { workspaceId } = await workspace()
  const other = await api.createWorkspace()
  const id = globalId('Account', await storeLinkedAccount(workspaceId))

  const updated = await api.post(Update, { id, input: { name: 'Eve' } }, other)
  const deleted = await api.post(Delete, { id }, other)

  expect(updated.data?.updateAccount).toMatchObject({ code: 'NOT_FOUND' })
  expect(deleted.data?.deleteAccount).toMatchObject({ code: 'NOT_FOUND' })
})
