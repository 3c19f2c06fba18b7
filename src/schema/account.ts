import { normaliseDomain } from '../accounts/domains.ts'
import type { AccountKeys } from '../accounts/read-accounts.ts'
import { findByExternalIds } from '../records/find-by-external-ids.ts'
import { countAll, findPage } from '../search/find-page.ts'
import { selectAccounts } from '../search/select-records.ts'
import { builder } from './builder.ts'
import { CustomFieldValue, customFieldValues, readsCustomFields } from './custom-field-value.ts'
import { HubSpotLink } from './hubspot-link.ts'
import { AccountFilterInput, RecordOrderInput } from './record-filters.ts'
import { connectionQuery } from './support/connection-query.ts'
import { cost, customFieldsCost, longText } from './support/field-cost.ts'
import { filterContext } from './support/filter-context.ts'
import { findAccounts } from './support/find-accounts.ts'
import type { GlobalId } from './support/global-ids.ts'
import { domainsInOrder } from './support/record-parts.ts'
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
    resolve: async (query, _root, { by }, context, info) => {
      const find = (keys: AccountKeys) => findAccounts(context, info, query, keys)
      if (by.externalId != null) {
        const where = { workspaceId: context.viewer.workspaceId, objectType: 'ACCOUNT' } as const
        const found = await findByExternalIds(context.database, where, [by.externalId], (values) =>
          find({ by: 'externalId', values }),
        )
        return found[0] ?? null
      }
      const keys = by.id == null ? keysOfDomain(by.domain) : keysOfId(by.id)
      return (await find(keys))[0] ?? null
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
        return searchConnection(args, {
          findPage: (page) => findPage(database.pool, selection, page),
          count: () => countAll(database.pool, selection),
          load: (ids) => findAccounts(context, info, query, { by: 'id', values: ids }),
        })
      },
    },
    AccountConnection,
  ),
}))

function keysOfId({ typename, id }: GlobalId): AccountKeys {
  return { by: 'id', values: typename === 'Account' ? [id] : [] }
}

function keysOfDomain(domain: string | null | undefined): AccountKeys {
  const normalised = normaliseDomain(domain ?? '')
  return { by: 'domain', values: normalised === null ? [] : [normalised] }
}
