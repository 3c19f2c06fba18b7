import { resultOncePerKey } from '../database/once-per-key.ts'
import { ignoreSyncErrors, type ManyFixed, retrySyncErrors } from '../sync/errors/fix-many.ts'
import { linkSyncErrors, maxLinks } from '../sync/errors/link-records.ts'
import { type SkippedError, skipReasons } from '../sync/errors/skipped-error.ts'
import { NotConnectedError, NotFoundError, SyncStateError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { repeatable } from './support/client-mutation-id.ts'
import { cost } from './support/field-cost.ts'
import { findRecord } from './support/find-record.ts'
import { inputRowId } from './support/global-ids.ts'
import { errorFilter, SyncError, SyncErrorFilter } from './sync-error.ts'
import { SyncRun } from './sync-run.ts'
import { SyncedRecord } from './synced-record.ts'
import { syncAdminErrors } from './user-error.ts'

const SkippedSyncErrorReason = builder.enumType('SkippedSyncErrorReason', {
  description: 'The reason why a call for many errors left one of them as it is.',
  values: Object.fromEntries(Object.entries(skipReasons).map(([reason, description]) => [reason, { description }])) as {
    readonly [Reason in keyof typeof skipReasons]: { readonly description: string }
  },
})

const SkippedSyncError = builder.objectRef<SkippedError>('SkippedSyncError').implement({
  description: 'An error that a call for many errors left as it is.',
  fields: (t) => ({
    syncError: t.prismaField({
      type: SyncError,
      nullable: true,
      description: 'The error. Null if the workspace has no such error.',
      resolve: (query, { errorId: id }, _args, { database, viewer: { workspaceId } }) =>
        database.prisma.syncError.findUnique({ ...query, where: { id, workspaceId } }),
    }),
    reason: t.field({
      type: SkippedSyncErrorReason,
      description: 'Why it was skipped.',
      resolve: ({ reason }) => reason,
    }),
    message: t.string({
      description: 'Why it was skipped and what to do about it, for people.',
      resolve: ({ reason }) => skipReasons[reason],
    }),
    heldBy: t.field({
      type: SyncedRecord,
      nullable: true,
      description: 'Contact that has the handle, or account that has the domain, for the reason HANDLE_TAKEN.',
      resolve: async ({ heldById }, _args, context, info) =>
        (await findRecord(context, info, 'CONTACT', heldById)) ?? findRecord(context, info, 'ACCOUNT', heldById),
    }),
  }),
})

const RetrySyncErrorsPayload = payload('RetrySyncErrorsPayload', 'The number of retried errors, and their runs.')
const LinkSyncErrorsPayload = payload('LinkSyncErrorsPayload', 'The number of linked records, and their runs.')
const IgnoreSyncErrorsPayload = payload('IgnoreSyncErrorsPayload', 'The number of ignored errors.')

function payload(name: string, description: string) {
  return builder.objectRef<ManyFixed>(name).implement({
    description,
    fields: (t) => ({
      affected: t.exposeInt('affected', { description: 'Number of errors that the call acted on.' }),
      records: t.exposeInt('records', { description: 'Number of HubSpot records that these errors are about.' }),
      skipped: t.exposeInt('skipped', { description: 'Number of errors that the call left as they are.' }),
      skippedErrors: t.expose('skippedErrors', {
        type: [SkippedSyncError],
        description:
          'Errors that the call left as they are, with the reasons: every one of `linkSyncErrors`, and otherwise at most 100, oldest first.',
        extensions: cost({ items: 100 }),
      }),
    }),
  })
}

for (const type of [RetrySyncErrorsPayload, LinkSyncErrorsPayload]) {
  builder.objectField(type, 'syncRuns', (t) =>
    t.prismaField({
      type: [SyncRun],
      description:
        'The runs that sync the records: one for contacts and one for accounts. An empty list if there are no records to sync.',
      extensions: cost({ items: 2 }),
      resolve: (query, { runIds }, _args, { database, viewer: { workspaceId } }) =>
        database.prisma.syncRun.findMany({
          ...query,
          where: { workspaceId, id: { in: [...runIds] } },
          orderBy: { id: 'asc' },
        }),
    }),
  )
}

const filterArg = {
  type: SyncErrorFilter,
  required: true,
  description: 'Selects the errors, as in `syncErrors`. An empty filter selects all open errors.',
} as const
const SyncErrorLinkInput = builder.inputType('SyncErrorLinkInput', {
  description: 'A HubSpot record that has an error, and the contact or account to link it to.',
  fields: (t) => ({
    error: t.globalID({ required: true, description: 'Global id of the error.' }),
    contact: t.globalID({ description: 'Global id of a shared contact, for an error about a HubSpot contact.' }),
    account: t.globalID({ description: 'Global id of an account, for an error about a HubSpot company.' }),
  }),
})

const fixErrors = [...syncAdminErrors, NotFoundError]

builder.mutationFields((t) => ({
  retrySyncErrors: t.field({
    type: RetrySyncErrorsPayload,
    nullable: true,
    description:
      'Syncs the records of all matching errors again, together and within seconds. Records that were ignored are synced again from now on, so the filter `{ status: IGNORED }` undoes `ignoreSyncErrors`. For admins.',
    args: { filter: t.arg(filterArg), clientMutationId: t.arg.string(repeatable) },
    errors: { types: [...fixErrors, SyncStateError, NotConnectedError] },
    resolve: (_root, { filter, clientMutationId: key }, { sync, viewer }) => {
      const call = { workspaceId: viewer.workspaceId, mutation: 'retrySyncErrors', key }
      return resultOncePerKey(sync, call, () => retrySyncErrors(sync, viewer, errorFilter(filter)))
    },
  }),
  linkSyncErrors: t.field({
    type: LinkSyncErrorsPayload,
    nullable: true,
    description:
      'Links many HubSpot records, as `linkSyncError` does, and syncs them together and within seconds. Links that cannot be made are skipped. For admins.',
    args: {
      links: t.arg({ type: [SyncErrorLinkInput], required: true, description: `The links. At most ${maxLinks}.` }),
      clientMutationId: t.arg.string(repeatable),
    },
    errors: { types: [...fixErrors, SyncStateError, NotConnectedError] },
    resolve: (_root, { links, clientMutationId: key }, { sync, viewer }) => {
      const requests = links.map(({ error, contact, account }, index) => ({
        errorId: inputRowId(error, 'SyncError', ['links', String(index), 'error']) as string,
        contactId: inputRowId(contact, 'Contact', ['links', String(index), 'contact']) ?? null,
        accountId: inputRowId(account, 'Account', ['links', String(index), 'account']) ?? null,
      }))
      const call = { workspaceId: viewer.workspaceId, mutation: 'linkSyncErrors', key }
      return resultOncePerKey(sync, call, () => linkSyncErrors(sync, viewer, requests))
    },
  }),
  ignoreSyncErrors: t.field({
    type: IgnoreSyncErrorsPayload,
    nullable: true,
    description:
      'Excludes the records of all matching open errors from the sync, and closes every open error about them. Undo this with `retrySyncErrors(filter: { status: IGNORED })`. For admins.',
    args: { filter: t.arg(filterArg), clientMutationId: t.arg.string(repeatable) },
    errors: { types: fixErrors },
    resolve: (_root, { filter, clientMutationId: key }, { sync, viewer }) => {
      const call = { workspaceId: viewer.workspaceId, mutation: 'ignoreSyncErrors', key }
      return resultOncePerKey(sync, call, () => ignoreSyncErrors(sync, viewer, errorFilter(filter)))
    },
  }),
}))
