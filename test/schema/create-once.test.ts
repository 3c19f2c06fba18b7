import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'

const CreateContactOnce = graphql(`
  mutation CreateContactOnce($input: CreateContactInput!, $key: String) {
    createContact(input: $input, clientMutationId: $key) {
      __typename
      ... on CreateContactPayload { contact { id name } }
      ... on UserError { code message }
    }
  }
`)
const CreateAccountOnce = graphql(`
  mutation CreateAccountOnce($key: String) {
    createAccount(input: { name: "Analytical Engines" }, clientMutationId: $key) {
      __typename
      ... on CreateAccountPayload { account { id } }
    }
  }
`)
const CreateFieldOnce = graphql(`
  mutation CreateFieldOnce($key: String) {
    createCustomField(input: { objectType: CONTACT, name: "Size", type: NUMBER }, clientMutationId: $key) {
      __typename
      ... on CreateCustomFieldPayload { customField { id } }
    }
  }
`)

const api = await startTestApi()

async function givenAWorkspace() {
  const workspace = await api.createWorkspace()
  const { workspaceId } = workspace
  return {
    workspaceId,
    admin: workspace,
    other: await api.createUser(workspaceId, 'MEMBER'),
    create: async (
      key: string | null,
      input: { name: string; isPrivate?: boolean },
      { token }: { token: string } = workspace,
    ) => (await api.post(CreateContactOnce, { input, key }, { token })).data?.createContact,
    count: () => api.database.prisma.contact.count({ where: { workspaceId } }),
  }
}

test('B63: calls with the same key create one contact and return it, even at the same time', async () => {
  const { create, count } = await givenAWorkspace()

  const answers = await Promise.all(Array.from({ length: 5 }, () => create('first', { name: 'Ada' })))
  const later = await create('first', { name: 'Ada' })

  expect(later).toMatchObject({ contact: { name: 'Ada' } })
  expect(answers).toEqual(Array(5).fill(later))
  expect(await count()).toBe(1)
})

test('B63: another key, or none, creates another contact', async () => {
  const { create, count } = await givenAWorkspace()

  for (const key of ['first', 'second', null, null]) await create(key, { name: 'Ada' })

  expect(await count()).toBe(4)
})

test("B8: another user's key creates another contact, so nobody sees the private contact of the first one", async () => {
  const { create, count, other } = await givenAWorkspace()

  await create('same', { name: 'Secret', isPrivate: true })
  const answer = await create('same', { name: 'Own' }, other)

  expect(answer).toMatchObject({ contact: { name: 'Own' } })
  expect(await count()).toBe(2)
})

test('a call whose contact was deleted in the meantime says so, and creates no other one', async () => {
  const { create, count, workspaceId } = await givenAWorkspace()
  await create('first', { name: 'Ada' })
  await api.database.prisma.contact.deleteMany({ where: { workspaceId } })

  expect(await create('first', { name: 'Ada' })).toMatchObject({ __typename: 'NotFoundError', code: 'NOT_FOUND' })
  expect(await count()).toBe(0)
})

test('B63: the key is stored with the contact, so that it counts even if the process dies right after that', async () => {
  const { create, count, workspaceId } = await givenAWorkspace()
  const { prisma } = api.database
  await prisma.$executeRaw`CREATE TABLE kept_keys AS SELECT 0::bigint AS contacts, 0::bigint AS keys`
  // At the commit of the contact, its key must already have a result.
  await prisma.$executeRaw`
    CREATE FUNCTION note_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO kept_keys SELECT count(*), (SELECT count(*) FROM mutation_result WHERE result_id = NEW.id)
        FROM contact WHERE id = NEW.id;
      RETURN NULL; END $$`
  await prisma.$executeRaw`
    CREATE CONSTRAINT TRIGGER note_kept AFTER INSERT ON contact DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION note_kept()`

  await create('first', { name: 'Ada' })

  expect(await count()).toBe(1)
  expect(await prisma.mutationResult.count({ where: { workspaceId, resultId: { not: null } } })).toBe(1)
  expect(await prisma.$queryRaw`SELECT contacts, keys FROM kept_keys WHERE contacts > 0`).toEqual([
    { contacts: 1n, keys: 1n },
  ])
})

test('accounts and custom fields are created once per key', async () => {
  const { admin, workspaceId } = await givenAWorkspace()

  const accounts = [
    await api.post(CreateAccountOnce, { key: 'a' }, admin),
    await api.post(CreateAccountOnce, { key: 'a' }, admin),
  ]
  const fields = [
    await api.post(CreateFieldOnce, { key: 'a' }, admin),
    await api.post(CreateFieldOnce, { key: 'a' }, admin),
  ]

  expect(accounts[0]?.data?.createAccount?.__typename).toBe('CreateAccountPayload')
  expect(accounts[1]?.data).toEqual(accounts[0]?.data)
  expect(fields[0]?.data?.createCustomField?.__typename).toBe('CreateCustomFieldPayload')
  expect(fields[1]?.data).toEqual(fields[0]?.data)
  expect(await api.database.prisma.account.count({ where: { workspaceId } })).toBe(1)
})
