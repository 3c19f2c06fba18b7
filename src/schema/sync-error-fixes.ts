import { oncePerKey } from '../database/once-per-key.ts'
import { linkSyncError } from '../sync/errors/link-records.ts'
import { ignoreSyncError, retrySyncError } from '../sync/errors/retry-and-ignore.ts'
import { DomainTakenError, HandleTakenError, NotConnectedError, NotFoundError, SyncStateError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { repeatable } from './support/client-mutation-id.ts'
import { findRecord } from './support/find-record.ts'
import { rowId } from './support/global-ids.ts'
import { SyncError } from './sync-error.ts'
import { SyncRun } from './sync-run.ts'
import { SyncedRecord } from './synced-record.ts'
import { syncAdminErrors } from './user-error.ts'

const fixErrors = [...syncAdminErrors, NotFoundError, SyncStateError]

/** Row ids of the error, of the run that a fix started, and of the record that an admin linked. */
interface Fix {
  readonly errorId: string
  readonly runId?: string
  readonly contactId?: string | null
  readonly accountId?: string | null
}

const RetrySyncErrorPayload = fixPayload('RetrySyncErrorPayload', 'The retried error and the run that retries it.')
const LinkSyncErrorPayload = fixPayload('LinkSyncErrorPayload', 'The error and the run that syncs the linked record.')
const IgnoreSyncErrorPayload = fixPayload('IgnoreSyncErrorPayload', 'The ignored error.')

function fixPayload(name: string, description: string) {
  return builder.objectRef<Fix>(name).implement({
    description,
    fields: (t) => ({
      syncError: t.prismaField({
        type: SyncError,
        description: 'The error.',
        resolve: (query, { errorId: id }, _args, { database, viewer: { workspaceId } }) =>
          database.prisma.syncError.findUniqueOrThrow({ ...query, where: { id, workspaceId } }),
      }),
      syncErrors: t.prismaField({
        type: [SyncError],
        description: 'All errors about the same record, oldest first.',
        resolve: async (query, { errorId: id }, _args, { database, viewer: { workspaceId } }) => {
          const { objectType, hubspotId } = await database.prisma.syncError.findUniqueOrThrow({
            where: { id, workspaceId },
          })
          const where = { workspaceId, objectType, hubspotId }
          return database.prisma.syncError.findMany({ ...query, where, orderBy: { id: 'asc' } })
        },
      }),
    }),
  })
}

for (const payload of [RetrySyncErrorPayload, LinkSyncErrorPayload]) {
  builder.objectField(payload, 'syncRun', (t) =>
    t.prismaField({
      type: SyncRun,
      description: 'The run that syncs the record.',
      resolve: (query, { runId: id }, _args, { database, viewer: { workspaceId } }) =>
        database.prisma.syncRun.findUniqueOrThrow({ ...query, where: { id, workspaceId } }),
    }),
  )
}

builder.objectField(LinkSyncErrorPayload, 'record', (t) =>
  t.field({
    type: SyncedRecord,
    nullable: true,
    description: 'The linked contact or account. Null if it was deleted in the meantime.',
    resolve: ({ contactId, accountId }, _args, context, info) =>
      findRecord(context, info, contactId == null ? 'ACCOUNT' : 'CONTACT', contactId ?? accountId ?? null),
  }),
)

builder.mutationFields((t) => ({
  retrySyncError: t.field({
    type: RetrySyncErrorPayload,
    nullable: true,
    description:
      'Syncs the record of an error again within seconds. If the record was ignored, it is synced again from now on. For admins.',
    args: {
      id: t.arg.globalID({ required: true, description: 'Global id of the error.' }),
      clientMutationId: t.arg.string(repeatable),
    },
    errors: { types: [...fixErrors, NotConnectedError] },
    resolve: async (_root, { id, clientMutationId: key }, { sync, viewer }) => {
      const errorId = rowId(id, 'SyncError')
      const call = { workspaceId: viewer.workspaceId, mutation: 'retrySyncError', key }
      const runId = await oncePerKey(sync, call, async () => (await retrySyncError(sync, viewer, errorId)).id)
      return { errorId, runId }
    },
  }),
  linkSyncError: t.field({
    type: LinkSyncErrorPayload,
    nullable: true,
    description:
      'Links the record of an error to the given contact or account and syncs it within seconds. Replaces existing links of both. Refuses a link after which the record would still be skipped, for example because a third contact has one of its handles. For admins.',
    args: {
      id: t.arg.globalID({ required: true, description: 'Global id of the error.' }),
      contactId: t.arg.globalID({
        description: 'Global id of a shared contact, for an error about a HubSpot contact.',
      }),
      accountId: t.arg.globalID({ description: 'Global id of an account, for an error about a HubSpot company.' }),
      clientMutationId: t.arg.string(repeatable),
    },
    errors: { types: [...fixErrors, NotConnectedError, HandleTakenError, DomainTakenError] },
    resolve: async (_root, { id, contactId, accountId, clientMutationId: key }, { sync, viewer }) => {
      const errorId = rowId(id, 'SyncError')
      const target = {
        contactId: contactId == null ? null : rowId(contactId, 'Contact', ['contactId']),
        accountId: accountId == null ? null : rowId(accountId, 'Account', ['accountId']),
      }
      const call = { workspaceId: viewer.workspaceId, mutation: 'linkSyncError', key }
      const runId = await oncePerKey(sync, call, async () => (await linkSyncError(sync, viewer, errorId, target)).id)
      return { errorId, runId, ...target }
    },
  }),
  ignoreSyncError: t.field({
    type: IgnoreSyncErrorPayload,
    nullable: true,
    description:
      'Excludes the record of an error from the sync and closes every open error about it. Undo this with retrySyncError. For admins.',
    args: { id: t.arg.globalID({ required: true, description: 'Global id of the error.' }) },
    errors: { types: fixErrors },
    resolve: async (_root, { id }, { sync, viewer }) => {
      const errorId = rowId(id, 'SyncError')
      await ignoreSyncError(sync, viewer, errorId)
      return { errorId }
    },
  }),
}))
