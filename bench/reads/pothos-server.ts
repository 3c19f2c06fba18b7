import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import SchemaBuilder from '@pothos/core'
import PrismaPlugin from '@pothos/plugin-prisma'
import RelayPlugin from '@pothos/plugin-relay'
import { PrismaPg } from '@prisma/adapter-pg'
import { createYoga } from 'graphql-yoga'
import type PrismaTypes from '../../src/generated/pothos-types.ts'
import { getDatamodel } from '../../src/generated/pothos-types.ts'
import { PrismaClient } from '../../src/generated/prisma/client.ts'
import {
  authenticate,
  databaseUrl,
  hubspotUrl,
  openPool,
  poolSize,
  type Session,
  suggestedIds,
  tellPort,
} from './peer.ts'

/** Pothos with its Prisma plugin on Yoga, as their documentation shows it. */

const pool = openPool()
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: databaseUrl, max: poolSize }) })

interface SchemaTypes {
  PrismaTypes: PrismaTypes
  Context: Session
  DefaultFieldNullability: false
  Scalars: { JSON: { Input: unknown; Output: unknown }; ID: { Input: string; Output: string } }
}
const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [RelayPlugin, PrismaPlugin],
  defaultFieldNullability: false,
  prisma: { client: prisma, dmmf: getDatamodel() },
  relay: { nodesOnConnection: true },
})

builder.scalarType('JSON', { serialize: (value) => value })

const Handle = builder.prismaObject('ContactHandle', {
  fields: (t) => ({ source: t.string({ resolve: ({ source }) => source }), value: t.exposeString('value') }),
})
const Link = builder.prismaObject('ContactLink', {
  fields: (t) => ({
    recordId: t.string({ resolve: ({ hubspotId }) => String(hubspotId) }),
    state: t.string({ resolve: ({ state }) => state }),
    url: t.string({
      resolve: async ({ workspaceId, hubspotId }) => {
        const portal = await prisma.hubSpotConnection.findUniqueOrThrow({ where: { workspaceId } })
        return hubspotUrl({ ui_domain: portal.uiDomain, portal_id: String(portal.portalId) }, String(hubspotId))
      },
    }),
  }),
})
const Value = builder.objectRef<{ key: string; value: unknown }>('CustomFieldValue').implement({
  fields: (t) => ({
    key: t.exposeString('key'),
    value: t.field({ type: 'JSON', nullable: true, resolve: ({ value }) => value }),
  }),
})
const Contact = builder.prismaObject('Contact', {
  fields: (t) => ({
    id: t.exposeID('id'),
    externalId: t.exposeString('externalId', { nullable: true }),
    name: t.exposeString('name'),
    description: t.exposeString('description'),
    avatarUrl: t.exposeString('avatarUrl', { nullable: true }),
    isPrivate: t.boolean({ resolve: ({ privateOwnerId }) => privateOwnerId !== null }),
    links: t.exposeStringList('links'),
    handles: t.relation('handles', { type: Handle, query: { orderBy: [{ source: 'asc' }, { value: 'asc' }] } }),
    account: t.relation('account', { nullable: true }),
    hubspot: t.relation('link', { type: Link, nullable: true }),
    customFields: t.field({
      type: [Value],
      resolve: async ({ workspaceId, customFields }) => {
        const where = { workspaceId, objectType: 'CONTACT' } as const
        const fields = await prisma.customField.findMany({ where, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
        const values = customFields as Record<string, unknown>
        return fields.map(({ key }) => ({ key, value: values[key] ?? null }))
      },
    }),
    createdAt: t.string({ resolve: ({ createdAt }) => createdAt.toISOString() }),
    updatedAt: t.string({ resolve: ({ updatedAt }) => updatedAt.toISOString() }),
  }),
})
builder.prismaObject('Account', {
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    contacts: t.relatedConnection('contacts', {
      cursor: 'id',
      query: (_args, { userId }) => ({ where: { OR: visible(userId) }, orderBy: { id: 'asc' } }),
    }),
  }),
})

const visible = (userId: string) => [{ privateOwnerId: null }, { privateOwnerId: userId }]

const Text = builder.inputType('TextFilter', { fields: (t) => ({ eq: t.string({ required: true }) }) })
const Field = builder.inputType('CustomFieldFilter', {
  fields: (t) => ({ key: t.string({ required: true }), text: t.field({ type: Text, required: true }) }),
})
const Filter = builder.inputType('ContactFilter', { fields: (t) => ({ customFields: t.field({ type: [Field] }) }) })
const ContactBy = builder.inputType('ContactBy', { fields: (t) => ({ externalId: t.string({ required: true }) }) })
const AccountBy = builder.inputType('AccountBy', { fields: (t) => ({ id: t.id({ required: true }) }) })

builder.queryType({
  fields: (t) => ({
    contact: t.prismaField({
      type: Contact,
      nullable: true,
      args: { by: t.arg({ type: ContactBy, required: true }) },
      resolve: (query, _root, { by: { externalId } }, { workspaceId, userId }) =>
        prisma.contact.findUnique({
          ...query,
          where: { workspaceId_externalId: { workspaceId, externalId }, OR: visible(userId) },
        }),
    }),
    contacts: t.prismaConnection({
      type: Contact,
      cursor: 'id',
      args: { filter: t.arg({ type: Filter }) },
      resolve: (query, _root, { filter }, { workspaceId, userId }) => {
        const fields = (filter?.customFields ?? []).map(({ key, text }) => ({
          customFields: { path: [key], equals: text.eq },
        }))
        const where = { workspaceId, OR: visible(userId), AND: fields }
        return prisma.contact.findMany({ ...query, where, orderBy: { id: 'asc' } })
      },
    }),
    contactsByExternalId: t.prismaField({
      type: [Contact],
      args: { externalIds: t.arg.stringList({ required: true }) },
      resolve: async (query, _root, { externalIds }, { workspaceId, userId }) => {
        const where = { workspaceId, externalId: { in: externalIds }, OR: visible(userId) }
        const found = await prisma.contact.findMany({ ...query, where })
        const byId = new Map(found.map((contact) => [contact.externalId, contact]))
        return externalIds.flatMap((id) => byId.get(id) ?? [])
      },
    }),
    contactSuggestions: t.prismaField({
      type: [Contact],
      args: { query: t.arg.string({ required: true }), first: t.arg.int({ required: true }) },
      resolve: async (query, _root, args, { workspaceId, userId }) => {
        const given = [workspaceId, userId, args.query.toLowerCase(), args.first]
        const ids = await prisma.$queryRawUnsafe<{ id: string }[]>(suggestedIds, ...given)
        return prisma.contact.findMany({ ...query, where: { id: { in: ids.map(({ id }) => id) } } })
      },
    }),
    account: t.prismaField({
      type: 'Account',
      nullable: true,
      args: { by: t.arg({ type: AccountBy, required: true }) },
      resolve: (query, _root, { by: { id } }, { workspaceId }) =>
        prisma.account.findUnique({ ...query, where: { id, workspaceId } }),
    }),
  }),
})

const yoga = createYoga({
  schema: builder.toSchema(),
  logging: false,
  context: ({ request }) => authenticate(pool, request.headers.get('authorization') ?? undefined),
})
const server = createServer(yoga)
server.listen(0, '127.0.0.1', () => tellPort((server.address() as AddressInfo).port))
