import type { GraphQLResolveInfo } from 'graphql'
import { findPhoneRegion } from '../contacts/contact-handles.ts'
import { normaliseHandle } from '../contacts/handles.ts'
import type { ContactKeys } from '../contacts/read-contacts.ts'
import type { Contact as ContactRow } from '../generated/prisma/client.ts'
import { findByExternalIds } from '../records/find-by-external-ids.ts'
import type { ContactFilter } from '../search/contact-filter.ts'
import {
  countAll,
  countOfAccounts,
  findPage,
  findPagesOfAccounts,
  type PageQuery,
  type Place,
} from '../search/find-page.ts'
import { selectContacts } from '../search/select-records.ts'
import { suggestContacts } from '../search/suggest-contacts.ts'
import { Account } from './account.ts'
import { builder } from './builder.ts'
import { HandleInput } from './contact-handle.ts'
import { Contact, ContactConnection } from './contact-ref.ts'
import type { GraphQLContext } from './context.ts'
import { CustomFieldValue, customFieldValues, readsCustomFields } from './custom-field-value.ts'
import { HubSpotLink } from './hubspot-link.ts'
import { ContactFilterInput, RecordOrderInput } from './record-filters.ts'
import { batchReads, together } from './support/ask-together.ts'
import { connectionQuery } from './support/connection-query.ts'
import { cost, customFieldsCost, longText } from './support/field-cost.ts'
import { filterContext } from './support/filter-context.ts'
import { findContacts } from './support/find-contacts.ts'
import type { GlobalId } from './support/global-ids.ts'
import { maxPageSize, type PageArgs, requireAtMost, requirePage } from './support/keyset-connection.ts'
import { handlesInOrder } from './support/record-parts.ts'
import { type OrderArg, searchConnection } from './support/search-connection.ts'

builder.prismaObjectFields(Contact, (t) => ({
  externalId: t.exposeString('externalId', {
    nullable: true,
    description: 'HubSpot contact id. Null if the contact is not linked.',
  }),
  name: t.exposeString('name', { description: 'Full name. Empty if unknown.' }),
  description: t.exposeString('description', { description: 'Free text.', extensions: cost(longText) }),
  avatarUrl: t.exposeString('avatarUrl', { nullable: true, description: 'URL of a picture.' }),
  isPrivate: t.boolean({
    description: 'True if only the viewer sees the contact. The sync ignores private contacts.',
    resolve: ({ privateOwnerId }) => privateOwnerId !== null,
  }),
  links: t.exposeStringList('links', { description: 'Web links, in order.', extensions: cost({ own: 5 }) }),
  handles: t.relation('handles', {
    description: 'Email addresses and phone numbers.',
    query: handlesInOrder,
  }),
  account: t.relation('account', {
    type: Account,
    nullable: true,
    description: 'Account that the contact belongs to.',
  }),
  customFields: t.field({
    type: [CustomFieldValue],
    description: 'All custom fields of contacts, oldest first, with the values of this contact.',
    extensions: { ...cost(customFieldsCost), ...readsCustomFields },
    resolve: (contact, _args, { reads }) => customFieldValues(reads, 'CONTACT', contact),
  }),
  hubspot: t.field({
    type: HubSpotLink,
    nullable: true,
    description: 'Link to HubSpot. Null if the contact was never synced.',
    select: { link: true },
    resolve: ({ link }) => link && { ...link, objectType: 'CONTACT' as const },
  }),
  createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Time of creation.' }),
  updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'Time of the last change.' }),
}))

const searchArgs = {
  filter: { type: ContactFilterInput, description: 'Filters contacts.' },
  orderBy: { type: RecordOrderInput, description: 'Sort order. Default: order of creation.' },
}

builder.prismaObjectField(Account, 'contacts', (t) =>
  t.connection(
    {
      type: Contact,
      description: 'Contacts of this account that the viewer can see.',
      args: { filter: t.arg(searchArgs.filter), orderBy: t.arg(searchArgs.orderBy) },
      resolve: ({ id }, args, context, info) => contactsOfAccount(id, args, context, info),
    },
    ContactConnection,
  ),
)

const ContactBy = builder.inputType('ContactBy', {
  description: 'The key to find a contact by. Provide exactly one.',
  isOneOf: true,
  fields: (t) => ({
    id: t.globalID({ description: 'Global id.' }),
    externalId: t.string({ description: 'HubSpot contact id. An id that was merged into another one also works.' }),
    handle: t.field({
      type: HandleInput,
      description: 'One of the handles of a shared contact, for example the sender of a message.',
    }),
  }),
})

builder.queryFields((t) => ({
  contact: t.prismaField({
    type: Contact,
    nullable: true,
    description: 'One contact. Null if there is none.',
    args: { by: t.arg({ type: ContactBy, required: true }) },
    resolve: async (query, _root, { by }, context, info) => {
      if (by.externalId != null) return (await contactsByExternalId(context, info, query, [by.externalId]))[0] ?? null
      const keys = by.id == null ? await keysOfHandle(context, by.handle) : keysOfId(by.id)
      return keys && ((await findContacts(context, info, query, keys))[0] ?? null)
    },
  }),
  contacts: t.connection(
    {
      type: Contact,
      description: 'Contacts that the viewer can see.',
      args: { filter: t.arg(searchArgs.filter), orderBy: t.arg(searchArgs.orderBy) },
      resolve: (_root, args, context, info) => searchContacts(args, context, info),
    },
    ContactConnection,
  ),
  contactSuggestions: t.prismaField({
    type: [Contact],
    description:
      'Suggestions for a contact, based on what a user typed. Best matches first: whole handles, then the start of names and handles, then the middle of names and handles. Ignores case and accents. With fewer than three characters, only the start is matched.',
    args: {
      query: t.arg.string({
        required: true,
        description: 'Text that the user typed: part of a name, an email address, or a phone number.',
      }),
      first: t.arg.int({ defaultValue: 10, description: 'Maximum number of suggestions, from 0 to 100.' }),
    },
    resolve: async (query, _root, args, context, info) => {
      const first = args.first ?? 10
      requirePage({ first })
      const ids = await suggestContacts(context.database.pool, context.viewer, args.query, first)
      const contacts = await findContacts(context, info, query, { by: 'id', values: ids })
      const byId = new Map(contacts.map((contact) => [contact.id, contact]))
      return ids.flatMap((id) => byId.get(id) ?? [])
    },
  }),
  contactsByExternalId: t.prismaField({
    type: [Contact],
    nullable: { list: false, items: true },
    description: 'Contacts by HubSpot contact ids, in the given order, with null for an unknown id. At most 100.',
    args: { externalIds: t.arg.stringList({ required: true, description: 'HubSpot contact ids.' }) },
    resolve: (query, _root, { externalIds }, context, info) => contactsByExternalId(context, info, query, externalIds),
  }),
}))

interface SearchArgs extends PageArgs {
  readonly filter?: ContactFilter | null
  readonly orderBy?: OrderArg | null
}

async function searchContacts({ filter, ...args }: SearchArgs, context: GraphQLContext, info: GraphQLResolveInfo) {
  const { database, viewer } = context
  const selection = selectContacts(viewer, filter ?? {}, await filterContext(context, filter))
  return searchConnection(args, {
    findPage: (page) => findPage(database.pool, selection, page),
    count: () => countAll(database.pool, selection),
    load: (ids) => findContacts(context, info, connectionQuery(context, info, 'Contact'), { by: 'id', values: ids }),
  })
}

/**
 * Reads the contacts of all listed accounts together, so that the number of statements does not depend on the number of
 * accounts.
 */
async function contactsOfAccount(
  accountId: string,
  { filter, ...args }: SearchArgs,
  context: GraphQLContext,
  info: GraphQLResolveInfo,
) {
  const { database, viewer } = context
  // Called for each account, because it also tells Prisma's plugin what is loaded for the fields of its contacts.
  const query = connectionQuery(context, info, 'Contact')
  const source = await together(context, info, [filter, args], async () => {
    const selection = selectContacts(viewer, filter ?? {}, await filterContext(context, filter))
    return {
      // All accounts request the same page, since their arguments are the same.
      places: batchReads<{ accountId: string; page: PageQuery }, readonly Place[]>(async (asked) => {
        const page = asked[0]?.page
        if (page === undefined) return () => []
        const ids = asked.map(({ accountId }) => accountId)
        const pages = await findPagesOfAccounts(database.pool, selection, page, ids)
        return ({ accountId }) => pages.get(accountId) ?? []
      }),
      count: batchReads<string, number>(async (ids) => {
        const counts = await countOfAccounts(database.pool, selection, ids)
        return (id) => counts.get(id) ?? 0
      }),
      contacts: batchReads<string[], readonly ContactRow[]>(async (pages) => {
        const contacts = await context.answer.inTurn(() =>
          findContacts(context, info, query, { by: 'id', values: pages.flat() }),
        )
        const byId = new Map(contacts.map((contact) => [contact.id, contact]))
        return (ids) => ids.flatMap((id) => byId.get(id) ?? [])
      }),
    }
  })
  return searchConnection(args, {
    findPage: (page) => source.places({ accountId, page }),
    count: () => source.count(accountId),
    load: (ids) => source.contacts(ids),
  })
}

function contactsByExternalId(
  context: GraphQLContext,
  info: GraphQLResolveInfo,
  query: object,
  externalIds: readonly string[],
) {
  requireAtMost(maxPageSize, 'externalIds', externalIds)
  const { database, viewer } = context
  return findByExternalIds(
    database,
    { workspaceId: viewer.workspaceId, objectType: 'CONTACT' },
    externalIds,
    (values) => findContacts(context, info, query, { by: 'externalId', values }),
  )
}

function keysOfId({ typename, id }: GlobalId): ContactKeys | null {
  return typename === 'Contact' ? { by: 'id', values: [id] } : null
}

async function keysOfHandle(
  { database, viewer: { workspaceId } }: GraphQLContext,
  handle: { source: 'EMAIL' | 'PHONE'; value: string } | null | undefined,
): Promise<ContactKeys | null> {
  if (handle == null) return null
  const { source } = handle
  const region = source === 'PHONE' ? await findPhoneRegion(database.pool, workspaceId) : 'US'
  const value = normaliseHandle(source, handle.value, region)
  return value === null ? null : { by: 'handle', source, value }
}
