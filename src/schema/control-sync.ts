import { oncePerKey } from '../database/once-per-key.ts'
import type { SyncRun as SyncRunRow } from '../generated/prisma/client.ts'
import { cancelSyncRun, pauseSync, resumeSync, startSync } from '../sync/runs/control-run.ts'
import { previewSync } from '../sync/runs/start-preview.ts'
import { getSyncSettings } from '../sync/settings/get-sync-settings.ts'
import { NotConnectedError, NotFoundError, SyncStateError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { repeatable } from './support/client-mutation-id.ts'
import { rowId } from './support/global-ids.ts'
import { SyncRun } from './sync-run.ts'
import { SyncSettingsType } from './sync-settings.ts'
import { syncAdminErrors } from './user-error.ts'

const settingsField = {
  type: SyncSettingsType,
  description: 'The settings.',
} as const

/** `Shape` is the run's row id. */
const StartSyncPayload = builder.objectRef<string>('StartSyncPayload').implement({
  description: 'The run that was started, or the one that was already under way.',
  fields: (t) => ({
    syncRun: t.prismaField({
      type: SyncRun,
      description: 'The run.',
      resolve: (query, id, _args, { database, viewer: { workspaceId } }) =>
        database.prisma.syncRun.findUniqueOrThrow({ ...query, where: { id, workspaceId } }),
    }),
    syncSettings: t.field({
      ...settingsField,
      resolve: (_id, _args, { database, viewer }) => getSyncSettings(database.prisma, viewer.workspaceId),
    }),
  }),
})

const PreviewSyncPayload = builder.objectRef<string>('PreviewSyncPayload').implement({
  description: 'The preview that was started, or the one that was already under way.',
  fields: (t) => ({
    syncRun: t.prismaField({
      type: SyncRun,
      description: 'The preview, as a run.',
      resolve: (query, id, _args, { database, viewer: { workspaceId } }) =>
        database.prisma.syncRun.findUniqueOrThrow({ ...query, where: { id, workspaceId } }),
    }),
  }),
})

const CancelSyncRunPayload = builder.objectRef<SyncRunRow>('CancelSyncRunPayload').implement({
  description: 'The cancelled run.',
  fields: (t) => ({
    syncRun: t.field({ type: SyncRun, description: 'The run.', resolve: (run) => run }),
  }),
})

const PauseSyncPayload = holdPayload('PauseSyncPayload', 'The sync after the pause began.')
const ResumeSyncPayload = holdPayload('ResumeSyncPayload', 'The sync after it was resumed.')

function holdPayload(name: string, description: string) {
  return builder.objectRef<Awaited<ReturnType<typeof pauseSync>>>(name).implement({
    description,
    fields: (t) => ({
      syncSettings: t.field({ ...settingsField, resolve: (settings) => settings }),
      syncRuns: t.prismaField({
        type: [SyncRun],
        description: 'All runs that have not ended, newest first, with their new status.',
        resolve: (query, { workspaceId }, _args, { database }) =>
          database.prisma.syncRun.findMany({
            ...query,
            where: { workspaceId, status: { in: ['QUEUED', 'RUNNING', 'PAUSED', 'THROTTLED'] } },
            orderBy: { id: 'desc' },
          }),
      }),
    }),
  })
}

builder.mutationFields((t) => ({
  startSync: t.field({
    type: StartSyncPayload,
    nullable: true,
    description: 'Starts a run and returns it at once. Returns the run under way if there is one. For admins.',
    args: { clientMutationId: t.arg.string(repeatable) },
    errors: { types: [...syncAdminErrors, NotConnectedError, SyncStateError] },
    resolve: (_root, { clientMutationId: key }, { sync, viewer }) => {
      const call = { workspaceId: viewer.workspaceId, mutation: 'startSync', key }
      return oncePerKey(sync, call, async () => (await startSync(sync, viewer)).id)
    },
  }),
  previewSync: t.field({
    type: PreviewSyncPayload,
    nullable: true,
    description:
      'Starts a run that reads everything and writes nothing. Its progress and its `preview` show what a start would do with the current settings. Returns the preview under way if there is one. For admins.',
    args: { clientMutationId: t.arg.string(repeatable) },
    errors: { types: [...syncAdminErrors, NotConnectedError, SyncStateError] },
    resolve: (_root, { clientMutationId: key }, { sync, viewer }) => {
      const call = { workspaceId: viewer.workspaceId, mutation: 'previewSync', key }
      return oncePerKey(sync, call, async () => (await previewSync(sync, viewer)).id)
    },
  }),
  pauseSync: t.field({
    type: PauseSyncPayload,
    nullable: true,
    description: 'Stops automatic runs, and stops the run under way at its next page. For admins.',
    errors: { types: [...syncAdminErrors, SyncStateError] },
    resolve: (_root, _args, { sync, viewer }) => pauseSync(sync, viewer),
  }),
  resumeSync: t.field({
    type: ResumeSyncPayload,
    nullable: true,
    description: 'Resumes automatic runs, and the paused run where it stopped. For admins.',
    args: {
      confirmDepartures: t.arg.boolean({
        required: true,
        defaultValue: false,
        description:
          'Confirms that as many records have left HubSpot or the list as the waiting run found, so that the run may go on.',
      }),
    },
    errors: { types: [...syncAdminErrors, SyncStateError] },
    resolve: (_root, { confirmDepartures }, { sync, viewer }) => resumeSync(sync, viewer, { confirmDepartures }),
  }),
  cancelSyncRun: t.field({
    type: CancelSyncRunPayload,
    nullable: true,
    description: 'Ends a run at its next page. What the run wrote stays. For admins.',
    args: { id: t.arg.globalID({ required: true, description: 'Global id of the run.' }) },
    errors: { types: [...syncAdminErrors, NotFoundError, SyncStateError] },
    resolve: (_root, { id }, { sync, viewer }) => cancelSyncRun(sync, viewer, rowId(id, 'SyncRun')),
  }),
}))
