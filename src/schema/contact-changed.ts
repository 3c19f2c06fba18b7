import { decodePosition, encodePosition } from '../contacts/change-position.ts'
import { type ContactEvent, openContactFeed } from '../contacts/contact-feed.ts'
import { LiveSource } from '../followers/live-source.ts'
import { findByExternalIds } from '../records/find-by-external-ids.ts'
import { builder } from './builder.ts'
import { Contact } from './contact-ref.ts'
import type { GraphQLContext } from './context.ts'
import { encodeGlobalId, rowId } from './support/global-ids.ts'
import { isVisible, visibleContacts } from './support/visible-contacts.ts'

const ContactChangeKind = builder.enumType('ContactChangeKind', {
  description: 'What became of a contact since the subscriber last heard of it.',
  values: {
    PRESENT: { description: 'Nothing yet: this is how the contact stands that the subscription follows.' },
    CREATED: { description: 'It is new.' },
    UPDATED: { description: 'Values, handles or its account changed.' },
    LINKED: { description: 'It follows a HubSpot contact now, and did not or followed another one before.' },
    UNLINKED: { description: 'It no longer follows HubSpot; `hubspot.state` says why. It keeps its values.' },
    DELETED: { description: 'It is gone.' },
  },
})

const ContactChange = builder.objectRef<ContactEvent>('ContactChange').implement({
  description: 'A change of one contact. What happened to it meanwhile is one change, with the contact as it is now.',
  fields: (t) => ({
    kind: t.expose('kind', { type: ContactChangeKind, description: 'What became of it.' }),
    contactId: t.id({
      description: 'Global id of the contact, also of one that is gone.',
      resolve: ({ id }) => encodeGlobalId('Contact', id),
    }),
    contact: t.prismaField({
      type: Contact,
      nullable: true,
      description: 'The contact as it is now; null where it is gone.',
      resolve: (query, { kind, id }, _args, { database, viewer }) =>
        kind === 'DELETED'
          ? null
          : // Unlike findUnique, which Prisma compiles anew for as many as are asked for at the same time.
            database.prisma.contact.findFirst({ ...query, where: { ...visibleContacts(viewer), id } }),
    }),
    changedAt: t.field({
      type: 'DateTime',
      description: 'When it last changed.',
      resolve: ({ position }) => new Date(Number(position.at / 1000n)),
    }),
    cursor: t.string({
      description: 'Where the subscriber stands after this change; hand it to `after` when you connect again.',
      resolve: ({ position }) => encodePosition(position),
    }),
  }),
})

const ContactChangeFilter = builder.inputType('ContactChangeFilter', {
  description: 'Which contacts to follow; all of these must hold.',
  fields: (t) => ({
    id: t.globalID({ description: 'This contact alone.' }),
    externalId: t.string({
      description: 'The contact of this HubSpot contact id, once there is one; also by an id that was merged away.',
    }),
    accountId: t.globalID({ description: 'Contacts that belong to this account when they change.' }),
  }),
})

builder.subscriptionField('contactChanged', (t) =>
  t.field({
    type: ContactChange,
    description:
      'The changes of the contacts that the viewer sees, in their order, without end. With `after` it first tells what changed since then, and misses nothing; without it, who follows one contact first gets how that stands.',
    args: {
      filter: t.arg({ type: ContactChangeFilter, description: 'Which contacts; all without it.' }),
      after: t.arg.string({
        description:
          'Cursor of the last change that was seen. One older than 7 days is refused, since deletions are kept so long.',
      }),
    },
    subscribe: async (_root, { filter, after }, context) => {
      const { sync, viewer, reads, closing } = context
      const { workspaceId } = viewer
      const { key, matches, present } = await openFilter(context, filter ?? {})
      const since = after == null ? null : decodePosition(after, sync.now())
      const position = since ?? (await reads.contactPosition(workspaceId))
      const followed = {
        workspaceId,
        isWanted: (change: ContactEvent) => isVisible(viewer, change) && matches(change),
        present,
      }
      const source = { announcements: sync.announcements, readChanges: reads.contactChanges }
      return new LiveSource({
        open: (signal) => openContactFeed(source, followed, signal),
        from: { position, isNew: since === null },
        key,
        startArguments: ['after'],
        closing,
      })
    },
    resolve: (change: ContactEvent) => change,
  }),
)

interface Filter {
  readonly id?: { readonly typename: string; readonly id: string } | null
  readonly externalId?: string | null
  readonly accountId?: { readonly typename: string; readonly id: string } | null
}

async function openFilter({ database, viewer }: GraphQLContext, { id, externalId, accountId }: Filter) {
  const contactId = id == null ? null : rowId(id, 'Contact')
  const account = accountId == null ? null : rowId(accountId, 'Account')
  const visible = visibleContacts(viewer)
  const { contact } = database.prisma
  const [named = null] =
    externalId == null
      ? []
      : await findByExternalIds(
          database,
          { workspaceId: viewer.workspaceId, objectType: 'CONTACT' },
          [externalId],
          (ids) => contact.findMany({ where: { ...visible, externalId: { in: ids } } }),
        )
  const matches = (change: Pick<ContactEvent, 'id' | 'externalId' | 'accountId'>) =>
    (contactId === null || change.id === contactId) &&
    (account === null || change.accountId === account) &&
    (externalId == null || change.externalId === externalId || change.id === named?.id)
  const followed = contactId ?? named?.id ?? null
  return {
    /** Which contact has a HubSpot id may change from one subscription to the next. */
    key: named?.id ?? '',
    matches,
    present: async (position: ContactEvent['position']): Promise<ContactEvent | null> => {
      if (followed === null) return null
      const found = await contact.findUnique({ where: { ...visible, id: followed } })
      return found !== null && matches(found) ? { ...found, kind: 'PRESENT', position } : null
    },
  }
}
