import { oncePerKey } from '../database/once-per-key.ts'
import { linkSyncError } from '../sync/errors/link-record.ts'
import { ignoreSyncError, retrySyncError } from '../sync/errors/retry-and-ignore.ts'
import { InvalidInputError, NotConnectedError, NotFoundError, SyncStateError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { repeatable } from './support/client-mutation-id.ts'
import { rowId } from './support/global-ids.ts'
import { SyncError } from './sync-error.ts'
import { SyncRun } from './sync-run.ts'
import { syncAdminErrors } from './user-error.ts'

const fixErrors = [...syncAdminErrors, NotFoundError, SyncStateError, InvalidInputError]

builder.mutationFields((t) => ({
  retrySyncError: t.prismaField({
    type: SyncRun,
    description:
      'Tries the record of an error again by itself, within seconds; one that was ignored no longer is. Gives the run that does it. For admins.',
    args: {
      id: t.arg.globalID({ required: true, description: 'Global id of the error.' }),
      clientMutationId: t.arg.string(repeatable),
    },
    errors: { types: [...fixErrors, NotConnectedError] },
    resolve: async (query, _root, { id, clientMutationId: key }, { sync, viewer, database }) => {
      const call = { workspaceId: viewer.workspaceId, mutation: 'retrySyncError', key }
      const runId = await oncePerKey(sync, call, async () => {
        const run = await retrySyncError(sync, viewer, rowId(id, 'SyncError'))
        return run.id
      })
      return database.prisma.syncRun.findUniqueOrThrow({
        ...query,
        where: { id: runId, workspaceId: viewer.workspaceId },
      })
    },
  }),
  linkSyncError: t.prismaField({
    type: SyncRun,
    description:
      'Links the record of an error to the contact, or account, named, and syncs it by itself, within seconds. What either was linked to before gives way. Gives the run that does it. For admins.',
    args: {
      id: t.arg.globalID({ required: true, description: 'Global id of the error.' }),
      contactId: t.arg.globalID({
        description: 'Global id of a shared contact, for an error about a HubSpot contact.',
      }),
      accountId: t.arg.globalID({ description: 'Global id of an account, for an error about a HubSpot company.' }),
      clientMutationId: t.arg.string(repeatable),
    },
    errors: { types: [...fixErrors, NotConnectedError] },
    resolve: async (query, _root, { id, contactId, accountId, clientMutationId: key }, { sync, viewer, database }) => {
      const target = {
        contactId: contactId == null ? null : rowId(contactId, 'Contact'),
        accountId: accountId == null ? null : rowId(accountId, 'Account'),
      }
      const call = { workspaceId: viewer.workspaceId, mutation: 'linkSyncError', key }
      const runId = await oncePerKey(sync, call, async () => {
        const run = await linkSyncError(sync, viewer, rowId(id, 'SyncError'), target)
        return run.id
      })
      return database.prisma.syncRun.findUniqueOrThrow({
        ...query,
        where: { id: runId, workspaceId: viewer.workspaceId },
      })
    },
  }),
  ignoreSyncError: t.field({
    type: SyncError,
    description:
      'Has the sync leave the record of an error alone from now on, and closes what is open about it; retrySyncError ends that. For admins.',
    args: { id: t.arg.globalID({ required: true, description: 'Global id of the error.' }) },
    errors: { types: fixErrors },
    resolve: (_root, { id }, { sync, viewer }) => ignoreSyncError(sync, viewer, rowId(id, 'SyncError')),
  }),
}))
