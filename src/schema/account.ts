import { normaliseDomain } from '../accounts/domains.ts'
import { findByExternalIds } from '../records/find-by-external-ids.ts'
import { countAll, findPage } from '../search/find-page.ts'
import { selectAccounts } from '../search/select-records.ts'
import { builder } from './builder.ts'
import { CustomFieldValue, customFieldValues, readsCustomFields } from './custom-field-value.ts'
import { HubSpotLink } from './hubspot-link.ts'
import { AccountFilterInput, RecordOrderInput } from './record-filters.ts'
import { connectionQuery } from './support/connection-query.ts'
import { domainsInOrder } from './support/contact-parts.ts'
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
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: 'HubSpot company id. Null if the account is not linked.',
    }),
    name: t.exposeString('name', { description: 'Name. Empty if unknown.' }),
    description: t.exposeString('description', { description: 'Free text.', extensions: cost(longText) }),
    domains: t.stringList({
      description: 'Domains, in alphabetical order.',
      extensions: cost({ own: 1 }),
      select: { domains: domainsInOrder },
      resolve: ({ domains }) => domains.map(({ domain }) => domain),
    }),
    customFields: t.field({
      type: [CustomFieldValue],
      description: 'All custom fields of accounts, oldest first, with the values of this account.',
      extensions: { ...cost(customFieldsCost), ...readsCustomFields },
      resolve: (account, _args, { reads }) => customFieldValues(reads, 'ACCOUNT', account),
    }),
    hubspot: t.field({
      type: HubSpotLink,
      nullable: true,
      description: 'Link to HubSpot. Null if the account was never synced.',
      select: { link: true },
      resolve: ({ link }) => link && { ...link, objectType: 'ACCOUNT' as const },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Time of creation.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'Time of the last change.' }),
  }),
})

export const AccountConnection = builder.connectionObject(
  { type: Account, name: 'AccountConnection' },
  { name: 'AccountEdge' },
)

const AccountBy = builder.inputType('AccountBy', {
  description: 'The key to find an account by. Provide exactly one.',
  isOneOf: true,
  fields: (t) => ({
    id: t.globalID({ description: 'Global id.' }),
    externalId: t.string({ description: 'HubSpot company id. An id that was merged into another one also works.' }),
    domain: t.string({ description: "One of the account's domains, in any notation. The URL of a site also works." }),
  }),
})

builder.queryFields((t) => ({
  account: t.prismaField({
    type: Account,
    nullable: true,
    description: 'One account. Null if there is none.',
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
      description: 'Accounts of the workspace.',
      args: {
        filter: t.arg({ type: AccountFilterInput, description: 'Filters accounts.' }),
        orderBy: t.arg({ type: RecordOrderInput, description: 'Sort order. Default: order of creation.' }),
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
