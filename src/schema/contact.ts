import type { GraphQLResolveInfo } from 'graphql'
import { normaliseHandle } from '../contacts/handles.ts'
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
import { getSyncSettings } from '../sync/settings/get-sync-settings.ts'
import { Account } from './account.ts'
import { builder } from './builder.ts'
import { HandleInput } from './contact-handle.ts'
import { Contact, ContactConnection } from './contact-ref.ts'
import type { GraphQLContext } from './context.ts'
import { CustomFieldValue, customFieldValues } from './custom-field-value.ts'
import { HubSpotLink } from './hubspot-link.ts'
import { ContactFilterInput, RecordOrderInput } from './record-filters.ts'
import { batchReads, together } from './support/ask-together.ts'
import { connectionQuery } from './support/connection-query.ts'
import { cost, customFieldsCost, longText } from './support/field-cost.ts'
import { filterContext } from './support/filter-context.ts'
import { maxPageSize, type PageArgs, requireAtMost, requirePage } from './support/keyset-connection.ts'
import { type OrderArg, searchConnection } from './support/search-connection.ts'
import { visibleContacts } from './support/visible-contacts.ts'

builder.prismaObjectFields(Contact, (t) => ({
  externalId: t.exposeString('externalId', { nullable: true, description: 'The HubSpot contact id while linked.' }),
  name: t.exposeString('name', { description: 'Full name, empty where none is known.' }),
  description: t.exposeString('description', { description: 'Free text.', extensions: cost(longText) }),
  avatarUrl: t.exposeString('avatarUrl', { nullable: true, description: 'Address of a picture.' }),
  isPrivate: t.boolean({
    description: 'Whether only the viewer sees it; the sync leaves private contacts alone.',
    resolve: ({ privateOwnerId }) => privateOwnerId !== null,
  }),
  links: t.exposeStringList('links', { description: 'Web addresses, in order.', extensions: cost({ own: 5 }) }),
  handles: t.relation('handles', {
    description: 'E-mail addresses and phone numbers.',
    query: { orderBy: [{ source: 'asc' }, { value: 'asc' }] },
  }),
  account: t.relation('account', { type: Account, nullable: true, description: 'The account it belongs to.' }),
  customFields: t.field({
    type: [CustomFieldValue],
    description: "The workspace's custom fields of contacts with this contact's values, oldest field first.",
    extensions: cost(customFieldsCost),
    resolve: (contact, _args, { reads }) => customFieldValues(reads, 'CONTACT', contact),
  }),
  hubspot: t.field({
    type: HubSpotLink,
    nullable: true,
    description: 'What ties it to HubSpot; null for a contact that was never synced.',
    select: { link: true },
    resolve: ({ link }) => link && { ...link, objectType: 'CONTACT' as const },
  }),
  createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
  updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When one of its values last changed.' }),
}))

const searchArgs = {
  filter: { type: ContactFilterInput, description: 'Which contacts; all without it.' },
  orderBy: { type: RecordOrderInput, description: 'Their order; that of their creation unless said.' },
}

builder.prismaObjectField(Account, 'contacts', (t) =>
  t.connection(
    {
      type: Contact,
      description: 'Its contacts that the viewer sees.',
      args: { filter: t.arg(searchArgs.filter), orderBy: t.arg(searchArgs.orderBy) },
      resolve: ({ id }, args, context, info) => contactsOfAccount(id, args, context, info),
    },
    ContactConnection,
  ),
)

const ContactBy = builder.inputType('ContactBy', {
  description: 'Exactly one way to name a contact.',
  isOneOf: true,
  fields: (t) => ({
    id: t.globalID({ description: 'Its global id.' }),
    externalId: t.string({ description: 'Its HubSpot contact id, also one that was merged into its present one.' }),
    handle: t.field({ type: HandleInput, description: 'One of the handles of a shared contact: who sent this?' }),
  }),
})

builder.queryFields((t) => ({
  contact: t.prismaField({
    type: Contact,
    nullable: true,
    description: 'One contact; null where there is none.',
    args: { by: t.arg({ type: ContactBy, required: true }) },
    resolve: async (query, _root, { by }, context) => {
      const { prisma } = context.database
      const visible = visibleContacts(context.viewer)
      if (by.externalId != null) return (await contactsByExternalId(context, query, [by.externalId]))[0] ?? null
      if (by.id != null) {
        return by.id.typename === 'Contact'
          ? prisma.contact.findUnique({ ...query, where: { ...visible, id: by.id.id } })
          : null
      }
      const id = by.handle == null ? null : await contactIdOfHandle(context, by.handle)
      return id === null ? null : prisma.contact.findUnique({ ...query, where: { ...visible, id } })
    },
  }),
  contacts: t.connection(
    {
      type: Contact,
      description: 'The contacts that the viewer sees.',
      args: { filter: t.arg(searchArgs.filter), orderBy: t.arg(searchArgs.orderBy) },
      resolve: (_root, args, context, info) => searchContacts(args, context, info),
    },
    ContactConnection,
  ),
  contactSuggestions: t.prismaField({
    type: [Contact],
    description:
      'Contacts that somebody may mean who typed this, best first: by handle, then by how name or handle begin, then by what stands inside them. Letter case aside; fewer than three characters suggest beginnings alone.',
    args: {
      query: t.arg.string({ required: true, description: 'What was typed: part of a name, an address or a number.' }),
      first: t.arg.int({ defaultValue: 10, description: 'How many at most; between 0 and 100.' }),
    },
    resolve: async (query, _root, args, { database, viewer }) => {
      const first = args.first ?? 10
      requirePage({ first })
      const ids = await suggestContacts(database.pool, viewer, args.query, first)
      const where = { ...visibleContacts(viewer), id: { in: ids } }
      const contacts = ids.length === 0 ? [] : await database.prisma.contact.findMany({ ...query, where })
      const byId = new Map(contacts.map((contact) => [contact.id, contact]))
      return ids.flatMap((id) => byId.get(id) ?? [])
    },
  }),
  contactsByExternalId: t.prismaField({
    type: [Contact],
    nullable: { list: false, items: true },
    description: 'Contacts by their HubSpot contact ids, in the order given; null for a miss. At most 100 at once.',
    args: { externalIds: t.arg.stringList({ required: true, description: 'HubSpot contact ids.' }) },
    resolve: (query, _root, { externalIds }, context) => contactsByExternalId(context, query, externalIds),
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
    load: (ids) => loadContacts(context, connectionQuery(context, info, 'Contact'), ids),
  })
}

/** Accounts that are listed together have their contacts read together: statements do not grow with the accounts. */
async function contactsOfAccount(
  accountId: string,
  { filter, ...args }: SearchArgs,
  context: GraphQLContext,
  info: GraphQLResolveInfo,
) {
  const { database, viewer } = context
  // For each account, since it also tells Prisma's plugin what will be there when the fields of its contacts are resolved.
  const query = connectionQuery(context, info, 'Contact')
  const source = await together(context, info, [filter, args], async () => {
    const selection = selectContacts(viewer, filter ?? {}, await filterContext(context, filter))
    return {
      // All of them ask for the same page, since their arguments are the same.
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
        const contacts = await context.answer.inTurn(() => loadContacts(context, query, pages.flat()))
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

function loadContacts({ database, viewer }: GraphQLContext, query: object, ids: string[]) {
  return database.prisma.contact.findMany({ ...query, where: { ...visibleContacts(viewer), id: { in: ids } } })
}

function contactsByExternalId(context: GraphQLContext, query: object, externalIds: readonly string[]) {
  requireAtMost(maxPageSize, 'externalIds', externalIds)
  const { database, viewer } = context
  return findByExternalIds(database, { workspaceId: viewer.workspaceId, objectType: 'CONTACT' }, externalIds, (ids) =>
    database.prisma.contact.findMany({ ...query, where: { ...visibleContacts(viewer), externalId: { in: ids } } }),
  )
}

async function contactIdOfHandle(
  { database, viewer: { workspaceId } }: GraphQLContext,
  handle: { source: 'EMAIL' | 'PHONE'; value: string },
): Promise<string | null> {
  const { source } = handle
  const { defaultPhoneRegion: region } =
    source === 'PHONE' ? await getSyncSettings(database.prisma, workspaceId) : { defaultPhoneRegion: 'US' }
  const value = normaliseHandle(source, handle.value, region)
  if (value === null) return null
  const held = await database.prisma.contactHandle.findFirst({
    where: { workspaceId, source, value, isPrivate: false },
    select: { contactId: true },
  })
  return held?.contactId ?? null
}
