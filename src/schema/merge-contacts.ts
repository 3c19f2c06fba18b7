import { maxMerged } from '../contacts/merge-contacts.ts'
import { resultOncePerKey } from '../database/once-per-key.ts'
import { type ContactsMerged, mergeContacts } from '../sync/errors/merge-contacts.ts'
import { MergeInHubSpotError, NotFoundError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { Contact } from './contact-ref.ts'
import { repeatable } from './support/client-mutation-id.ts'
import { findContact } from './support/find-record.ts'
import { encodeGlobalId, rowId } from './support/global-ids.ts'
import { SyncRun } from './sync-run.ts'
import { UserErrorInterface } from './user-error.ts'

builder.objectType(MergeInHubSpotError, {
  name: 'MergeInHubSpotError',
  description:
    'The contacts follow different HubSpot contacts, which only HubSpot can merge. Nothing was changed. Code MERGE_IN_HUBSPOT.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    externalIds: t.exposeStringList('externalIds', { description: 'Ids of these HubSpot contacts.' }),
    hubspotUrls: t.exposeStringList('hubspotUrls', {
      description: 'URLs of these HubSpot contacts. An empty list if no portal is connected.',
    }),
  }),
})

const MergeContactsPayload = builder.objectRef<ContactsMerged>('MergeContactsPayload').implement({
  description: 'The result of merging contacts.',
  fields: (t) => ({
    contact: t.field({
      type: Contact,
      nullable: true,
      description: 'The remaining contact. Null if it was deleted in the meantime.',
      resolve: ({ contactId }, _args, context, info) => findContact(context, info, contactId),
    }),
    deletedIds: t.field({
      type: ['ID'],
      description: 'Former global ids of the merged contacts. Remove them from your cache.',
      resolve: ({ deletedIds }) => deletedIds.map((id) => encodeGlobalId('Contact', id)),
    }),
    syncRun: t.prismaField({
      type: SyncRun,
      nullable: true,
      description:
        'The run that syncs the HubSpot contacts concerned: the one that the contact follows, and those that were skipped because one of the contacts had their handle. Null if there are none, or if the sync is not active.',
      resolve: (query, { runId: id }, _args, { database, viewer: { workspaceId } }) =>
        id === null ? null : database.prisma.syncRun.findUnique({ ...query, where: { id, workspaceId } }),
    }),
  }),
})

builder.mutationField('mergeContacts', (t) =>
  t.field({
    type: MergeContactsPayload,
    nullable: true,
    description:
      'Merges contacts into another one and deletes them. The remaining contact gets their handles and web links, and the account and the values that it lacks. If one of them follows HubSpot, the remaining contact does so from now on, and gets the values from there. Contacts that follow different HubSpot contacts are merged in HubSpot instead.',
    args: {
      into: t.arg.globalID({ required: true, description: 'Global id of the contact that remains.' }),
      ids: t.arg.globalIDList({
        required: true,
        description: `Global ids of the contacts that are merged into it. At most ${maxMerged}.`,
      }),
      clientMutationId: t.arg.string(repeatable),
    },
    errors: { types: [NotFoundError, MergeInHubSpotError] },
    resolve: (_root, { into, ids, clientMutationId: key }, { sync, viewer }) => {
      const intoId = rowId(into, 'Contact', ['into'])
      const others = ids.map((id, index) => rowId(id, 'Contact', ['ids', String(index)]))
      const call = { workspaceId: viewer.workspaceId, mutation: 'mergeContacts', key }
      return resultOncePerKey(sync, call, () => mergeContacts(sync, viewer, intoId, others))
    },
  }),
)
