import { normaliseDomain } from '../accounts/domains.ts'
import { builder } from './builder.ts'
import { CustomFieldValue, customFieldValues } from './custom-field-value.ts'
import { HubSpotLink } from './hubspot-link.ts'
import { connectionQuery } from './support/connection-query.ts'
import { findByExternalIds } from './support/find-by-external-ids.ts'
import { keysetConnection } from './support/keyset-connection.ts'
import { SyncedRecord } from './synced-record.ts'

export const Account = builder.prismaNode('Account', {
  description: 'A company that contacts belong to.',
  interfaces: [SyncedRecord],
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, workspaceId: viewer.workspaceId }),
  fields: (t) => ({
    externalId: t.exposeString('externalId', { nullable: true, description: 'The HubSpot company id while linked.' }),
    name: t.exposeString('name', { description: 'Name, empty where none is known.' }),
    description: t.exposeString('description', { description: 'Free text.' }),
    domains: t.stringList({
      description: 'Domains, in alphabetical order.',
      select: { domains: { select: { domain: true }, orderBy: { domain: 'asc' } } },
      resolve: ({ domains }) => domains.map(({ domain }) => domain),
    }),
    customFields: t.field({
      type: [CustomFieldValue],
      description: "The workspace's custom fields of accounts with this account's values, oldest field first.",
      resolve: (account, _args, { reads }) => customFieldValues(reads, 'ACCOUNT', account),
    }),
    hubspot: t.field({
      type: HubSpotLink,
      nullable: true,
      description: 'What ties it to HubSpot; null for an account that was never synced.',
      select: { link: true },
      resolve: ({ link }) => link && { ...link, objectType: 'ACCOUNT' as const },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When one of its values last changed.' }),
  }),
})

export const AccountConnection = builder.connectionObject(
  { type: Account, name: 'AccountConnection' },
  { name: 'AccountEdge' },
)

const AccountBy = builder.inputType('AccountBy', {
  description: 'Exactly one way to name an account.',
  isOneOf: true,
  fields: (t) => ({
    id: t.globalID({ description: 'Its global id.' }),
    externalId: t.string({ description: 'Its HubSpot company id, also one that was merged into its present one.' }),
    domain: t.string({ description: 'One of its domains, in any notation: also as the address of a site.' }),
  }),
})

builder.queryFields((t) => ({
  account: t.prismaField({
    type: Account,
    nullable: true,
    description: 'One account; null where there is none.',
    args: { by: t.arg({ type: AccountBy, required: true }) },
    resolve: async (query, _root, { by }, { database, viewer: { workspaceId } }) => {
      const { prisma } = database
      if (by.externalId != null) {
        const where = { workspaceId, objectType: 'ACCOUNT' } as const
        const [account = null] = await findByExternalIds(database, where, [by.externalId], (ids) =>
          prisma.account.findMany({ ...query, where: { workspaceId, externalId: { in: ids } } }),
        )
        return account
      }
      if (by.id != null) {
        return by.id.typename === 'Account'
          ? prisma.account.findUnique({ ...query, where: { workspaceId, id: by.id.id } })
          : null
      }
      const domain = normaliseDomain(by.domain ?? '') ?? ''
      return prisma.account.findFirst({ ...query, where: { workspaceId, domains: { some: { workspaceId, domain } } } })
    },
  }),
  accounts: t.connection(
    {
      type: Account,
      description: 'The accounts of the workspace, in the order of their creation.',
      resolve: (_root, args, context, info) => {
        const { workspaceId } = context.viewer
        const query = connectionQuery(context, info, 'Account')
        return keysetConnection(args, {
          find: (page) =>
            context.database.prisma.account.findMany({ ...query, ...page, where: { workspaceId, ...page.where } }),
          count: () => context.database.prisma.account.count({ where: { workspaceId } }),
        })
      },
    },
    AccountConnection,
  ),
}))
