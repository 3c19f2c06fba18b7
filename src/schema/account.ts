import { normaliseDomain } from '../accounts/domains.ts'
import { findByExternalIds } from '../records/find-by-external-ids.ts'
import { countAll, findPage } from '../search/find-page.ts'
import { selectAccounts } from '../search/select-records.ts'
import { builder } from './builder.ts'
import { CustomFieldValue, customFieldValues } from './custom-field-value.ts'
import { HubSpotLink } from './hubspot-link.ts'
import { AccountFilterInput, RecordOrderInput } from './record-filters.ts'
import { connectionQuery } from './support/connection-query.ts'
import { cost, customFieldsCost, longText } from './support/field-cost.ts'
import { filterContext } from './support/filter-context.ts'
import { searchConnection } from './support/search-connection.ts'
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
    description: t.exposeString('description', { description: 'Free text.', extensions: cost(longText) }),
    domains: t.stringList({
      description: 'Domains, in alphabetical order.',
      extensions: cost({ own: 1 }),
      select: { domains: { select: { domain: true }, orderBy: { domain: 'asc' } } },
      resolve: ({ domains }) => domains.map(({ domain }) => domain),
    }),
    customFields: t.field({
      type: [CustomFieldValue],
      description: "The workspace's custom fields of accounts with this account's values, oldest field first.",
      extensions: cost(customFieldsCost),
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
      description: 'The accounts of the workspace.',
      args: {
        filter: t.arg({ type: AccountFilterInput, description: 'Which accounts; all without it.' }),
        orderBy: t.arg({ type: RecordOrderInput, description: 'Their order; that of their creation unless said.' }),
      },
      resolve: async (_root, { filter, ...args }, context, info) => {
        const { database, viewer } = context
        const selection = selectAccounts(viewer, filter ?? {}, await filterContext(context, filter))
        const query = connectionQuery(context, info, 'Account')
        const where = { workspaceId: viewer.workspaceId }
        return searchConnection(args, {
          findPage: (page) => findPage(database.pool, selection, page),
          count: () => countAll(database.pool, selection),
          load: (ids) => database.prisma.account.findMany({ ...query, where: { ...where, id: { in: ids } } }),
        })
      },
    },
    AccountConnection,
  ),
}))
