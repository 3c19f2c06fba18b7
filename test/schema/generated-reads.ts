import fc from 'fast-check'
import { type ExecutionArgs, parse, validate } from 'graphql'
import { v7 as uuidv7 } from 'uuid'
import type { Viewer } from '../../src/auth/viewer.ts'
import type { Database } from '../../src/database/database.ts'
import { openExportLinks } from '../../src/exports/export-links.ts'
import type { GraphQLContext } from '../../src/schema/context.ts'
import { schema } from '../../src/schema/schema.ts'
import { openAnswerMeter } from '../../src/schema/support/answer-meter.ts'
import { openPickers } from '../../src/schema/support/pickers.ts'
import { openSharedReads } from '../../src/schema/support/shared-reads.ts'
import { storeCustomField, storeMappings } from '../support/graphql/set-up-mapping.ts'
import type { TestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact } from '../support/graphql/stored-rows.ts'

export interface GeneratedReads {
  /** Valid queries for contacts and accounts, in all ways that GraphQL has. */
  readonly operation: fc.Arbitrary<string>
  /** The arguments with which an admin's operation is executed. `plainReads` makes Prisma read everything. */
  argsOf(text: string, options?: { readonly plainReads?: boolean }): ExecutionArgs
}

/** Queries over a store that holds contacts of all kinds, those of another workspace among them. */
export async function openGeneratedReads(api: TestApi): Promise<GeneratedReads> {
  const { database, sync, connection } = api
  const mine = await fill(api)
  await fill(api)
  const ids = await recordIds(database)
  const viewer: Viewer = { ...mine, plan: 'GROWTH', role: 'WORKSPACE_ADMIN' }
  const isValid = (text: string) => validate(schema, parse(text)).every(({ message }) => /never used/.test(message))
  return {
    operation: operationOf(ids).filter(isValid),
    argsOf: (text, { plainReads = false } = {}) => {
      const contextValue: GraphQLContext = {
        database,
        sync,
        connection,
        reads: openSharedReads(database),
        pickers: openPickers(sync),
        exports: openExportLinks(connection.encryption, 'http://localhost:4000', sync.now),
        closing: new AbortController().signal,
        viewer,
        answer: openAnswerMeter(10_000_000),
        plainReads,
      }
      return { schema, document: parse(text), contextValue }
    },
  }
}

/** Contacts of all kinds: private, of others, unlinked, merged, without an account, with odd values. */
async function fill(api: TestApi) {
  const { database } = api
  const { prisma } = database
  const admin = await api.createWorkspace()
  const { workspaceId, userId } = admin
  const { organizationId } = await prisma.workspace.findUniqueOrThrow({ where: { id: workspaceId } })
  const colleague = await api.createUser(workspaceId, 'MEMBER')
  const field = await storeCustomField(database, workspaceId, 'stage', 'STRING')
  await storeMappings(database, workspaceId, 'CONTACT', [['lifecyclestage', 'CUSTOM_FIELD', field]])
  const accounts: string[] = []
  for (const [n, domains] of [['a.example', 'b.example'], [], ['c.example']].entries()) {
    const id = uuidv7()
    accounts.push(id)
    await prisma.account.create({
      data: {
        id,
        workspaceId,
        name: `Account ${n}`,
        description: 'd'.repeat(n),
        customFields: { size: n },
        externalId: n === 1 ? null : String(n),
        domains: { create: domains.map((domain) => ({ workspaceId, domain })) },
        ...(n === 1 ? {} : { link: { create: { workspaceId, hubspotId: BigInt(n), syncedAt: new Date() } } }),
      },
    })
  }
  for (let n = 0; n < 24; n++) {
    const privateOwnerId = [undefined, userId, undefined, colleague.userId][n % 4]
    const id = await storeContact(database, workspaceId, {
      name: ['', 'Ada', 'Ada "Ä" 😀', 'Bob'][n % 4],
      email: n % 3 === 0 ? undefined : `z${n}@example.test`,
      hubspotId: privateOwnerId === undefined && n % 6 !== 4 ? 9_007_199_254_740_993n + BigInt(n) : undefined,
      link: n % 5 === 0 ? { state: 'OUT_OF_SCOPE', isHeld: true, rowHash: -1n } : {},
      privateOwnerId,
      customFields: { stage: ['x', 1.5, null, 'ü'][n % 4], toString: 'own' },
    })
    await prisma.contactHandle.createMany({
      data: ['+15', '+14'].slice(n % 3).map((value) => ({
        workspaceId,
        contactId: id,
        source: 'PHONE' as const,
        value: value + n,
        isPrivate: privateOwnerId !== undefined,
      })),
    })
    await prisma.contact.update({
      where: { id },
      data: {
        accountId: [null, ...accounts][n % 4],
        description: n % 2 === 0 ? '' : 'Line\n"quoted"',
        links: ['https://a.example/,"', ''].slice(n % 3),
        avatarUrl: n % 7 === 0 ? 'https://a.example/a.png' : null,
      },
    })
  }
  await prisma.hubSpotAlias.create({
    data: { workspaceId, objectType: 'CONTACT', hubspotId: 77n, mergedIntoId: 9_007_199_254_740_993n },
  })
  return { workspaceId, userId, organizationId }
}

async function recordIds({ prisma }: Database) {
  const contacts = await prisma.contact.findMany({ orderBy: { id: 'asc' } })
  const accounts = await prisma.account.findMany({ orderBy: { id: 'asc' } })
  return [
    ...contacts.map(({ id }) => globalId('Contact', id)),
    ...accounts.map(({ id }) => globalId('Account', id)),
    globalId('Contact', uuidv7()),
    globalId('Account', uuidv7()),
    'nothing',
  ]
}

const externalIds = [...Array(24).keys()].map((n) => String(9_007_199_254_740_993n + BigInt(n)))

/** Selections of contacts, and of accounts within them, that read few or many parts in all the ways of GraphQL. */
const selections = fc.letrec<{ contact: string; account: string; part: string; accountPart: string }>((tie) => {
  const leaf = (...names: string[]) => fc.constantFrom(...names)
  const directive = leaf('', '', '', '@include(if: $yes)', '@skip(if: $yes)', '@include(if: $no)')
  const named = (field: fc.Arbitrary<string>) =>
    fc.tuple(leaf('', '', '', 'first: ', 'second: '), field, directive).map(([alias, text, when]) => {
      const [, name = '', rest = ''] = /^(\S+)(.*)$/s.exec(text) ?? []
      // An alias stands for one field: two with different fields would conflict.
      return `${alias && `${name}_${alias}`}${name} ${rest.startsWith(' (') ? rest : `${when} ${rest}`}`
    })
  const hubspot = fc
    .subarray(['recordId', 'url', 'state', 'lastSyncedAt', 'fields { field property }'], { minLength: 1 })
    .map((fields) => `hubspot { ${fields.join(' ')} }`)
  const customFields = leaf('customFields { key value }', 'customFields { __typename type }')
  const wrapped = (type: string, selection: fc.Arbitrary<string>) =>
    fc
      .tuple(leaf(`... on ${type}`, '...', '... on Node', '... on SyncedRecord'), directive, selection)
      .map(([on, when, text]) =>
        on.endsWith('Node')
          ? `${on} ${when} { id ... on ${type} ${text} }`
          : on.endsWith('Record')
            ? `${on} ${when} { name hubspot { state } ... on ${type} ${text} }`
            : `${on} ${when} ${text}`,
      )
  const block = (part: fc.Arbitrary<string>) =>
    fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => `{ __typename ${parts.join(' ')} }`)
  return {
    contact: block(tie('part')),
    account: block(tie('accountPart')),
    part: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'parts' },
      named(
        leaf('id', 'externalId', 'name', 'description', 'avatarUrl', 'isPrivate', 'links', 'createdAt', 'updatedAt'),
      ),
      named(leaf('handles { source value }', 'handles { value }')),
      named(hubspot),
      named(customFields),
      named(tie('account').map((selection) => `account ${selection}`)),
      wrapped('Contact', tie('contact')),
      leaf('...Handles', '...Whole'),
    ),
    accountPart: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'parts' },
      named(leaf('id', 'externalId', 'name', 'description', 'domains', 'createdAt', 'updatedAt')),
      named(hubspot),
      named(customFields),
      wrapped('Account', tie('account')),
      tie('contact').map((selection) => `contacts(first: 2) { nodes ${selection} edges { cursor } }`),
      leaf('...OfAccount'),
    ),
  }
})

const rootOf = (ids: string[]) =>
  fc.oneof(
    fc.constantFrom(...ids).map((id) => `account(by: { id: "${id}" })`),
    fc.constantFrom('0', '2', 'x').map((id) => `account(by: { externalId: "${id}" })`),
    fc.constantFrom('a.example', 'B.example', 'd.example').map((domain) => `account(by: { domain: "${domain}" })`),
    fc.nat(5).map((size) => `accounts(first: ${size})`),
    fc.constantFrom(...ids).map((id) => `contact(by: { id: "${id}" })`),
    fc.constantFrom(...externalIds, '77', 'x').map((id) => `contact(by: { externalId: "${id}" })`),
    fc.nat(25).map((n) => `contact(by: { handle: { source: EMAIL, value: "Z${n}@example.test" } })`),
    fc.nat(25).map((n) => `contact(by: { handle: { source: PHONE, value: "+14${n}" } })`),
    fc
      .subarray([...externalIds, '77', '77'])
      .map((some) => `contactsByExternalId(externalIds: ${JSON.stringify(some)})`),
    fc.constantFrom('ada', 'z1', 'example', '+1').map((text) => `contactSuggestions(query: "${text}", first: 5)`),
    fc.subarray(ids).map((some) => `nodes(ids: ${JSON.stringify(some)})`),
    fc.nat(30).map((size) => `contacts(first: ${size})`),
    fc.constantFrom('NAME', 'UPDATED_AT').map((field) => `contacts(last: 4, orderBy: { field: ${field} })`),
  )

const operationOf = (ids: string[]) =>
  fc
    .tuple(rootOf(ids), selections.contact, selections.account, fc.boolean())
    .map(([field, contact, account, asEdges]) => {
      const selection = field.startsWith('account') ? account : contact
      const nodes = asEdges ? `{ edges { node ${selection} } }` : `{ nodes ${selection} totalCount }`
      const result = /^(contacts|accounts)\(/.test(field)
        ? nodes
        : field.startsWith('nodes')
          ? `{ ... on Contact ${selection} }`
          : selection
      return `query Read($yes: Boolean = true, $no: Boolean = false) { found: ${field} ${result} used: __typename @skip(if: $yes) @include(if: $no) }
    fragment Handles on Contact { handles { source } }
    fragment Whole on Contact { name handles { value } account { name domains hubspot { recordId } } hubspot { state } }
    fragment OfAccount on Account { name hubspot { url } domains }`
    })
