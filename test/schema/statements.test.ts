import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { countStatements } from '../support/count-statements.ts'
import { storeCustomField, storeMappings } from '../support/graphql/set-up-mapping.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { storeContact } from '../support/graphql/stored-rows.ts'

const Contacts = graphql(`
  query StatementsOfContacts($first: Int!) {
    contacts(first: $first, filter: { hasHandle: true }, orderBy: { field: NAME }) {
      totalCount
      nodes {
        id externalId name handles { source value } account { name domains hubspot { url state } }
        customFields { key value } hubspot { recordId url state lastSyncedAt fields { field property editUrl } }
      }
    }
  }
`)
const Accounts = graphql(`
  query StatementsOfAccounts($first: Int!) {
    accounts(first: $first) {
      nodes {
        name domains customFields { key value } hubspot { url lastSyncedAt fields { field } }
        contacts(first: 2, orderBy: { field: NAME, direction: DESC }) {
          totalCount
          nodes { name handles { value } hubspot { state } }
        }
      }
    }
  }
`)
const ByHandle = graphql(`
  query StatementsOfSender {
    contact(by: { handle: { source: EMAIL, value: "a0@example.test" } }) {
      name handles { value } customFields { key value } account { name } hubspot { lastSyncedAt fields { editUrl } }
    }
  }
`)
const ByExternalIds = graphql(`
  query StatementsOfIds($ids: [String!]!) { contactsByExternalId(externalIds: $ids) { name } }
`)
const Suggestions = graphql(`
  query StatementsOfSuggestions($first: Int!) {
    contactSuggestions(query: "example", first: $first) { name handles { value } account { name } }
  }
`)

const api = await startTestApi()

async function workspace() {
  const created = await api.createWorkspace()
  const { workspaceId } = created
  const { prisma } = api.database
  const field = await storeCustomField(api.database, workspaceId, 'stage', 'STRING')
  await storeMappings(api.database, workspaceId, 'CONTACT', [['lifecyclestage', 'CUSTOM_FIELD', field]])
  for (let n = 0; n < 12; n++) {
    const account = await prisma.account.create({
      data: { id: uuidv7(), workspaceId, name: `Account ${n}`, externalId: String(500 + n) },
    })
    const syncedAt = new Date()
    await prisma.accountLink.create({
      data: { workspaceId, accountId: account.id, hubspotId: BigInt(500 + n), syncedAt },
    })
    for (const letter of 'abc') {
      const hubspotId = BigInt(1000 + n * 10 + letter.charCodeAt(0))
      const email = `${letter}${n}@example.test`
      const id = await storeContact(api.database, workspaceId, { name: `${letter}${n}`, hubspotId, email })
      await prisma.contact.update({ where: { id }, data: { accountId: account.id } })
    }
  }
  await prisma.hubSpotAlias.createMany({
    data: [1, 2, 3, 4].map((n) => ({
      workspaceId,
      objectType: 'CONTACT' as const,
      hubspotId: BigInt(n),
      mergedIntoId: n === 4 ? 1097n : BigInt(n + 1),
    })),
  })
  return created
}

const w = await workspace()
// Runs the statements that each process sends only once.
await api.post(Contacts, { first: 1 }, w)

/** The statements of an operation, and its result. */
async function measure<T>(work: () => Promise<{ data: T | null; errors: readonly unknown[] }>) {
  let answer: T | null = null
  const statements = await countStatements(async () => {
    const { data, errors } = await work()
    expect(errors).toEqual([])
    answer = data
  })
  return { answer: answer as T | null, statements }
}

test('B2, B3: a page of contacts with everything selected takes the same number of statements, whatever its size', async () => {
  const few = await measure(() => api.post(Contacts, { first: 2 }, w))
  const many = await measure(() => api.post(Contacts, { first: 30 }, w))

  expect(many.answer?.contacts.nodes).toHaveLength(30)
  expect(many.statements.length).toBe(few.statements.length)
  expect(many.statements.length).toBeLessThanOrEqual(20)
})

test('B3: a page of accounts, each with a page of its contacts, takes the same number of statements, whatever its size', async () => {
  const few = await measure(() => api.post(Accounts, { first: 2 }, w))
  const many = await measure(() => api.post(Accounts, { first: 12 }, w))

  const nodes = many.answer?.accounts.nodes
  expect(nodes).toHaveLength(12)
  for (const [n, account] of (nodes ?? []).entries()) {
    expect(account.contacts.totalCount).toBe(3)
    expect(account.contacts.nodes.map(({ name }) => name)).toEqual([`c${n}`, `b${n}`])
  }
  expect(many.statements.length).toBe(few.statements.length)
  expect(many.statements.length).toBeLessThanOrEqual(20)
})

test('B2: a look-up by handle takes few statements', async () => {
  const { answer, statements } = await measure(() => api.post(ByHandle, {}, w))

  expect(answer?.contact).toMatchObject({ name: 'a0', account: { name: 'Account 0' } })
  expect(statements.length).toBeLessThanOrEqual(12)
})

test('B59, B62: a chain of merges is followed in one statement, whatever its length and the number of ids', async () => {
  const near = await measure(() => api.post(ByExternalIds, { ids: ['4'] }, w))
  const far = await measure(() => api.post(ByExternalIds, { ids: ['1', '2', '3', '4', '1097', '9'] }, w))

  expect(near.answer?.contactsByExternalId).toEqual([{ name: 'a0' }])
  expect(far.answer?.contactsByExternalId).toEqual([...Array(5).fill({ name: 'a0' }), null])
  expect(far.statements.length).toBe(near.statements.length)
})

test('B4: suggestions take the same number of statements, whatever their number', async () => {
  const few = await measure(() => api.post(Suggestions, { first: 2 }, w))
  const many = await measure(() => api.post(Suggestions, { first: 30 }, w))

  expect(many.answer?.contactSuggestions).toHaveLength(30)
  expect(many.statements.length).toBe(few.statements.length)
})
