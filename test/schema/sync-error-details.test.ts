import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact, storeError } from '../support/graphql/stored-rows.ts'

const InDetail = graphql(`
  query InDetail($filter: SyncErrorFilter) {
    syncErrors(filter: $filter, first: 10) {
      nodes {
        hubspotName
        details {
          __typename
          ... on HandleTakenDetails {
            handle { source value heldBy { id name } heldByHubspotId }
            takenHandles { source value heldBy { id } }
          }
          ... on DomainTakenDetails { domain { domain heldBy { id } heldByHubspotId } takenDomains { domain } }
          ... on InvalidValueDetails { property value fields }
          ... on FieldNotFoundDetails { property fields }
          ... on ManyDeparturesDetails { departed synced }
          ... on LimitExceededDetails { limit leftOut }
        }
      }
    }
  }
`)
const Linked = graphql(`
  query Linked($filter: SyncErrorFilter) {
    syncErrors(filter: $filter, first: 10) { nodes { hubspotId contact { id name } account { id name } } }
  }
`)

const api = await startTestApi()

test('B47: details tell the taken handles with their holders, and what the other messages say', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const holder = await storeContact(api.database, workspaceId, { hubspotId: 7n })
  const store = async (details: object, hubspotName: string | null = null) => {
    await storeError(api.database, workspaceId, { type: 'EMAIL_TAKEN', hubspotId: next++, hubspotName, details })
  }
  let next = 1n
  const email = { source: 'EMAIL', value: 'ada@x.example', heldById: holder, heldByHubspotId: '7' }
  const phone = { source: 'PHONE', value: '+12025550111', heldById: uuidv7(), heldByHubspotId: null }
  await store({ kind: 'handle-taken', handles: [email, phone] }, 'Ada Lovelace')
  const account = await api.database.prisma.account.create({ data: { id: uuidv7(), workspaceId, name: 'Holder' } })
  const domain = { source: 'DOMAIN', value: 'x.example', heldById: account.id, heldByHubspotId: '8' }
  await store({ kind: 'handle-taken', handles: [domain] })
  await store({ kind: 'invalid-value', property: 'city', value: 'Lisbon', fields: ['customFields.born'] })
  await store({ kind: 'field-not-found', property: 'fax', fields: ['handles'] })
  await store({ kind: 'departures', departed: 3, synced: 12 })
  await store({ kind: 'limit-exceeded', limit: 11, leftOut: 1 })

  const { data } = await api.post(InDetail, {}, { token })

  expect(data?.syncErrors?.nodes).toEqual([
    {
      hubspotName: 'Ada Lovelace',
      details: {
        __typename: 'HandleTakenDetails',
        handle: {
          source: 'EMAIL',
          value: 'ada@x.example',
          heldBy: { id: globalId('Contact', holder), name: 'Ada' },
          heldByHubspotId: '7',
        },
        takenHandles: [
          { source: 'EMAIL', value: 'ada@x.example', heldBy: { id: globalId('Contact', holder) } },
          { source: 'PHONE', value: '+12025550111', heldBy: null },
        ],
      },
    },
    {
      hubspotName: null,
      details: {
        __typename: 'DomainTakenDetails',
        domain: { domain: 'x.example', heldBy: { id: globalId('Account', account.id) }, heldByHubspotId: '8' },
        takenDomains: [{ domain: 'x.example' }],
      },
    },
    {
      hubspotName: null,
      details: {
        __typename: 'InvalidValueDetails',
        property: 'city',
        value: 'Lisbon',
        fields: ['customFields.born'],
      },
    },
    { hubspotName: null, details: { __typename: 'FieldNotFoundDetails', property: 'fax', fields: ['handles'] } },
    { hubspotName: null, details: { __typename: 'ManyDeparturesDetails', departed: 3, synced: 12 } },
    { hubspotName: null, details: { __typename: 'LimitExceededDetails', limit: 11, leftOut: 1 } },
  ])
})

test('B61: a resolved error keeps neither the name nor the details, whoever resolves it', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const details = { kind: 'departures', departed: 3, synced: 12 }
  const { id } = await storeError(api.database, workspaceId, { hubspotName: 'Ada Lovelace', details })
  await api.database.prisma.syncError.update({ where: { id }, data: { status: 'RESOLVED' } })

  const { data } = await api.post(InDetail, { filter: { status: null } }, { token })

  expect(data?.syncErrors?.nodes).toEqual([{ hubspotName: null, details: null }])
})

test('B54, B59, B20: a resolved error leads to the contact or account that its record is linked to now', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const stranger = await api.createWorkspace()
  const { prisma } = api.database
  const now = await storeContact(api.database, workspaceId, { hubspotId: 1n, name: 'Now' })
  const before = await storeContact(api.database, workspaceId, { name: 'Before' })
  await storeContact(api.database, stranger.workspaceId, { hubspotId: 4n, name: 'Stranger' })
  await prisma.hubSpotAlias.create({
    data: { workspaceId, objectType: 'CONTACT', hubspotId: 3n, mergedIntoId: 1n },
  })
  const account = uuidv7()
  await prisma.account.create({ data: { id: account, workspaceId, name: 'Account', externalId: '1' } })
  const resolved = { status: 'RESOLVED' } as const
  await storeError(api.database, workspaceId, { hubspotId: 1n, contactId: before, ...resolved })
  await storeError(api.database, workspaceId, { hubspotId: 2n, ...resolved })
  await storeError(api.database, workspaceId, { hubspotId: 3n, ...resolved })
  await storeError(api.database, workspaceId, { hubspotId: 4n, ...resolved })
  await storeError(api.database, workspaceId, { hubspotId: 1n, objectType: 'ACCOUNT', ...resolved })
  await storeError(api.database, workspaceId, { hubspotId: 0n, type: 'LIMIT_EXCEEDED', ...resolved })
  await storeError(api.database, workspaceId, { hubspotId: 1n, type: 'EMAIL_TAKEN', contactId: before })

  const { data } = await api.post(Linked, { filter: { status: null } }, { token })

  const linked = { id: globalId('Contact', now), name: 'Now' }
  expect(data?.syncErrors?.nodes).toEqual([
    { hubspotId: '1', contact: linked, account: null },
    { hubspotId: '2', contact: null, account: null },
    { hubspotId: '3', contact: linked, account: null },
    { hubspotId: '4', contact: null, account: null },
    { hubspotId: '1', contact: null, account: { id: globalId('Account', account), name: 'Account' } },
    { hubspotId: null, contact: null, account: null },
    { hubspotId: '1', contact: { id: globalId('Contact', before), name: 'Before' }, account: null },
  ])
})
