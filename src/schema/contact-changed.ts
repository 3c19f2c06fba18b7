import { decodePosition, encodePosition } from '../contacts/change-position.ts'
import { type ContactEvent, openContactFeed } from '../contacts/contact-feed.ts'
import { LiveSource } from '../followers/live-source.ts'
import { findByExternalIds } from '../records/find-by-external-ids.ts'
import { builder } from './builder.ts'
import { Contact } from './contact-ref.ts'
import type { GraphQLContext } from './context.ts'
import { findContacts } from './support/find-contacts.ts'
import { encodeGlobalId, rowId } from './support/global-ids.ts'
import { isVisible, visibleContacts } from './support/visible-contacts.ts'

const ContactChangeKind = builder.enumType('ContactChangeKind', {
  description: 'What happened to a contact since the last event for it.',
  values: {
    PRESENT: {
      description: 'No change. The event shows the current state of the contact that the subscription follows.',
    },
    CREATED: { description: 'The contact was created.' },
    UPDATED: { description: 'The values, handles, or account of the contact changed.' },
    LINKED: { description: 'The contact was linked to a HubSpot contact, or to a different one than before.' },
    UNLINKED: { description: 'The contact no longer follows HubSpot; `hubspot.state` tells why. It keeps its values.' },
    DELETED: { description: 'The contact was deleted.' },
  },
})

const ContactChange = builder.objectRef<ContactEvent>('ContactChange').implement({
  description:
    "A change to one contact. Several changes in a short time are reported as one, with the contact's latest state.",
  fields: (t) => ({
    kind: t.expose('kind', { type: ContactChangeKind, description: 'What happened to the contact.' }),
    contactId: t.id({
      description: 'Global id of the contact, even if it was deleted.',
      resolve: ({ id }) => encodeGlobalId('Contact', id),
    }),
    contact: t.prismaField({
      type: Contact,
      nullable: true,
      description: 'Current state of the contact. Null if it was deleted.',
      resolve: async (query, { kind, id }, _args, context, info) =>
        kind === 'DELETED' ? null : ((await findContacts(context, info, query, { by: 'id', values: [id] }))[0] ?? null),
    }),
    changedAt: t.field({
      type: 'DateTime',
      description: 'Time of the last change.',
      resolve: ({ position }) => new Date(Number(position.at / 1000n)),
    }),
    cursor: t.string({
      description: 'Position of the subscriber after this change. Pass it to `after` when you reconnect.',
      resolve: ({ position }) => encodePosition(position),
    }),
  }),
})

const ContactChangeFilter = builder.inputType('ContactChangeFilter', {
  description: 'Selects the contacts to follow. All given conditions must match.',
  fields: (t) => ({
    id: t.globalID({ description: 'Follows this contact only.' }),
    externalId: t.string({
      description:
        'Follows the contact with this HubSpot contact id, even if it does not exist yet. An id that was merged into another one also works.',
    }),
    accountId: t.globalID({ description: 'Follows contacts that belong to this account at the time of the change.' }),
  }),
})

builder.subscriptionField('contactChanged', (t) =>
  t.field({
    type: ContactChange,
    description:
      'Changes to the contacts that the viewer can see, in order. Never completes. With `after`, first sends every change since that cursor. Without it, a subscription that follows one contact first sends its current state.',
    args: {
      filter: t.arg({ type: ContactChangeFilter, description: 'Filters contacts.' }),
      after: t.arg.string({
        description:
          'Cursor of the last change that was received. A cursor older than 7 days is rejected, because deletions are kept for 7 days.',
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
  const contactId = id == null ? null : rowId(id, 'Contact', ['filter', 'id'])
  const account = accountId == null ? null : rowId(accountId, 'Account', ['filter', 'accountId'])
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
    /** Included because the contact that has this HubSpot id may change between subscriptions. */
    key: named?.id ?? '',
    matches,
    present: async (position: ContactEvent['position']): Promise<ContactEvent | null> => {
      if (followed === null) return null
      const found = await contact.findUnique({ where: { ...visible, id: followed } })
      return found !== null && matches(found) ? { ...found, kind: 'PRESENT', position } : null
    },
  }
}
