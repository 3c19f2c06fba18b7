import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import type { TypedDocumentString } from '../../client/generated/graphql.ts'
import { graphql } from '../../client/generated/index.ts'
import { countStatements } from '../support/count-statements.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact, storeError, storeRun } from '../support/graphql/stored-rows.ts'

const ContactWhole = graphql(`
  query ContactWhole($externalId: String!) {
    contact(by: { externalId: $externalId }) {
      name
      handles { source value }
      account { name domains }
      customFields { key value }
      hubspot { recordId url state lastSyncedAt fields { field editUrl } }
    }
  }
`)
const ContactByItsHandle = graphql(`
  query ContactByItsHandle($email: String!) {
    contact(by: { handle: { source: EMAIL, value: $email } }) { name handles { value } account { name } }
  }
`)
const ManyByExternalId = graphql(`
  query ManyByExternalId($externalIds: [String!]!) {
    contactsByExternalId(externalIds: $externalIds) { name handles { value } account { name } hubspot { url } }
  }
`)
const ContactsWhole = graphql(`
  query ContactsWhole {
    contacts(first: 100) {
      nodes {
        name
        handles { source value }
        account { name domains }
        customFields { key value }
        hubspot { recordId url state lastSyncedAt fields { field editUrl } }
      }
    }
  }
`)
const AccountsWithContacts = graphql(`
  query AccountsWithContacts { accounts(first: 100) { nodes { name domains hubspot { url } customFields { value } } } }
`)
const ErrorsWhole = graphql(`
  query ErrorsWhole {
    syncErrors(first: 100) {
      nodes { message resolution hubspotUrl contact { name handles { value } } heldBy { name ... on Contact { hubspot { recordId } } } }
    }
  }
`)
const RunsWhole = graphql(`
  query RunsWhole {
    syncRuns(first: 100) { nodes { status triggeredBy { email } progress { processed } failure { message } } }
  }
`)
const NodesWhole = graphql(`
  query NodesWhole($ids: [ID!]!) {
    nodes(ids: $ids) { ... on Contact { name handles { value } account { name } hubspot { url } } }
  }
`)

const api = await startTestApi()

/** Creates a workspace with this number of related accounts, contacts, errors, and runs. */
async function fill(count: number) {
  const { prisma } = api.database
  const workspace = await api.createWorkspace()
  const { workspaceId, userId } = workspace
  // The first use of a token also writes the time of its use.
  await api.post(RunsWhole, {}, workspace)
  await prisma.customField.create({
    data: { id: uuidv7(), workspaceId, objectType: 'CONTACT', key: 'size', name: 'Size', type: 'NUMBER' },
  })
  const contactIds: string[] = []
  for (let n = 1; n <= count; n++) {
    const accountId = uuidv7()
    await prisma.account.create({
      data: {
        id: accountId,
        workspaceId,
        name: `Account ${n}`,
        externalId: String(n),
        domains: { create: { workspaceId, domain: `a${n}.example` } },
        link: { create: { workspaceId, hubspotId: BigInt(n), syncedAt: new Date() } },
      },
    })
    const contactId = await storeContact(api.database, workspaceId, {
      name: `Contact ${n}`,
      hubspotId: BigInt(n),
      email: `c${n}@example.test`,
    })
    contactIds.push(globalId('Contact', contactId))
    await prisma.contact.update({ where: { id: contactId }, data: { accountId } })
    await storeError(api.database, workspaceId, { hubspotId: BigInt(n), contactId, heldByContactId: contactId })
    await storeRun(api.database, workspaceId, { status: 'COMPLETED', triggeredById: userId })
  }
  return { ...workspace, contactIds }
}

const few = await fill(2)
const many = await fill(40)
const externalIds = (count: number) => Array.from({ length: count }, (_, n) => String(n + 1))

async function countOf<R, V>(document: TypedDocumentString<R, V>, variables: V, { token }: { token: string }) {
  let errors: readonly unknown[] = []
  const statements = await countStatements(async () => {
    ;({ errors } = await api.post(document, variables, { token }))
  })
  expect(errors).toEqual([])
  return statements
}

test.for<[name: string, document: TypedDocumentString<unknown, never>, few: object, many: object, expected: number]>([
  ['one contact by externalId', ContactWhole, { externalId: '1' }, { externalId: '1' }, 7],
  ['one contact by a handle', ContactByItsHandle, { email: 'c1@example.test' }, { email: 'c1@example.test' }, 2],
  ['contacts by externalId', ManyByExternalId, { externalIds: externalIds(2) }, { externalIds: externalIds(40) }, 3],
  ['nodes', NodesWhole, { ids: few.contactIds }, { ids: many.contactIds }, 3],
  ['a page of contacts with handles and account', ContactsWhole, {}, {}, 8],
  ['a page of accounts', AccountsWithContacts, {}, {}, 5],
  ['a page of errors', ErrorsWhole, {}, {}, 7],
  ['a page of runs', RunsWhole, {}, {}, 3],
])(
  'B2: %s takes the same number of statements for forty rows as for two',
  async ([_name, document, ofFew, ofMany, expected]) => {
    const forFew = await countOf(document, ofFew as never, few)
    const forMany = await countOf(document, ofMany as never, many)

    expect(forMany).toHaveLength(forFew.length)
    expect(forMany, forMany.join('\n')).toHaveLength(expected)
  },
)
