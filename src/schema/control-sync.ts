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
  description: 'The run that was started, or the run that was already in progress.',
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
  description: 'The preview that was started, or the preview that was already in progress.',
  fields: (t) => ({
    syncRun: t.prismaField({
      type: SyncRun,
      description: 'The run of the preview.',
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

const PauseSyncPayload = holdPayload('PauseSyncPayload', 'The sync after it was paused.')
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
    description: 'Starts a run and returns it immediately. If a run is in progress, returns that run. For admins.',
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
      'Starts a dry run, which reads everything and writes nothing. Its `progress` and `preview` show what a start would do with the current settings. If a preview is in progress, returns that preview. For admins.',
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
    description: 'Pauses scheduled runs, and pauses the run in progress after its current page. For admins.',
    errors: { types: [...syncAdminErrors, SyncStateError] },
    resolve: (_root, _args, { sync, viewer }) => pauseSync(sync, viewer),
  }),
  resumeSync: t.field({
    type: ResumeSyncPayload,
    nullable: true,
    description: 'Resumes scheduled runs and the paused run. For admins.',
    args: {
      confirmDepartures: t.arg.boolean({
        required: true,
        defaultValue: false,
        description:
          'If true, confirms that the records which the paused run did not find are really gone, so that the run can continue.',
      }),
    },
    errors: { types: [...syncAdminErrors, SyncStateError] },
    resolve: (_root, { confirmDepartures }, { sync, viewer }) => resumeSync(sync, viewer, { confirmDepartures }),
  }),
  cancelSyncRun: t.field({
    type: CancelSyncRunPayload,
    nullable: true,
    description: 'Cancels a run after its current page. Records that were already written stay. For admins.',
    args: { id: t.arg.globalID({ required: true, description: 'Global id of the run.' }) },
    errors: { types: [...syncAdminErrors, NotFoundError, SyncStateError] },
    resolve: (_root, { id }, { sync, viewer }) => cancelSyncRun(sync, viewer, rowId(id, 'SyncRun')),
  }),
}))
