import type { SyncRun as SyncRunRow } from '../generated/prisma/client.ts'
import { syncErrorTypes } from '../sync/problems/sync-error-types.ts'
import { progressOf } from '../sync/progress.ts'
import { cancelSyncRun, startSync } from '../sync/run-control.ts'
import { watchRuns } from '../sync/watch-runs.ts'
import { InvalidInputError, NotConnectedError, NotFoundError, SyncStateError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { ObjectTypeEnum } from './object-type.ts'
import { abortOnReturn } from './support/abort-on-return.ts'
import { connectionQuery } from './support/connection-query.ts'
import { rowId } from './support/global-ids.ts'
import { keysetConnection } from './support/keyset-connection.ts'
import { SyncError, SyncErrorConnection, SyncErrorTypeEnum } from './sync-error.ts'
import { SyncProgress } from './sync-progress.ts'
import { User } from './user.ts'
import { syncAdminErrors } from './user-error.ts'

const RunTriggerEnum = builder.enumType('SyncTrigger', {
  description: 'What started a run.',
  values: {
    MANUAL: { description: 'Somebody started it.' },
    SCHEDULED: { description: 'It was time: a run starts every 24 hours.' },
    WEBHOOK: { description: 'HubSpot told of a change.' },
  },
})

const RunStatusEnum = builder.enumType('SyncRunStatus', {
  description: 'How a run stands. The last four are final.',
  values: {
    QUEUED: { description: 'Waits for a worker.' },
    RUNNING: { description: 'A worker is at it.' },
    PAUSED: { description: 'Stopped by an admin; resumeSync takes it up where it stands.' },
    THROTTLED: { description: 'Waits until HubSpot takes calls again.' },
    COMPLETED: { description: 'Everything is synced.' },
    COMPLETED_WITH_ERRORS: { description: 'Everything is synced but what the errors name.' },
    FAILED: { description: 'Ended early for the reason in `failure`; what it wrote stays.' },
    CANCELLED: { description: 'Ended by an admin; what it wrote stays.' },
  },
})

const RunPhaseEnum = builder.enumType('SyncRunPhase', {
  description: 'What a run is at.',
  values: {
    PREPARING: { description: 'Looks at settings, list and properties.' },
    SYNCING_ACCOUNTS: { description: 'Works through the companies.' },
    SETTLING_ACCOUNTS: { description: 'Looks after accounts whose company is gone from HubSpot.' },
    RETRYING_ACCOUNTS: { description: 'Gives companies whose domain was taken another chance.' },
    COLLECTING_CONTACTS: { description: 'Gathers the contacts of the synced accounts.' },
    SYNCING_CONTACTS: { description: 'Works through the contacts.' },
    SETTLING_CONTACTS: { description: 'Looks after contacts that are no longer in scope.' },
    RETRYING_CONTACTS: { description: 'Gives contacts whose handle was taken another chance.' },
    FINISHED: { description: 'Does nothing more.' },
  },
})

interface Failure {
  readonly type: keyof typeof syncErrorTypes
  readonly message: string
}

const SyncFailure = builder.objectRef<Failure>('SyncFailure').implement({
  description: 'What ended a run early.',
  fields: (t) => ({
    type: t.expose('type', { type: SyncErrorTypeEnum, description: 'Stable type.' }),
    title: t.string({ description: 'What it is, in a line.', resolve: ({ type }) => syncErrorTypes[type].title }),
    message: t.exposeString('message', { description: 'What happened here.' }),
    resolution: t.string({
      description: 'What to do about it.',
      resolve: ({ type }) => syncErrorTypes[type].resolution,
    }),
  }),
})

export const SyncRun = builder.prismaNode('SyncRun', {
  description: 'One pass of the sync. It keeps the settings that it started with.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, workspaceId: viewer.workspaceId }),
  fields: (t) => ({
    objectType: t.expose('objectType', { type: ObjectTypeEnum, description: 'What it syncs.' }),
    trigger: t.expose('trigger', { type: RunTriggerEnum, description: 'What started it.' }),
    triggeredBy: t.relation('triggeredBy', {
      type: User,
      nullable: true,
      description: 'Who started it, if a person did.',
    }),
    status: t.expose('status', { type: RunStatusEnum, description: 'How it stands.' }),
    phase: t.expose('phase', { type: RunPhaseEnum, description: 'What it is at.' }),
    progress: t.field({ type: SyncProgress, description: 'How far it is.', resolve: progressOf }),
    settingsVersion: t.exposeInt('settingsVersion', { description: 'Version of the settings that it uses.' }),
    failure: t.field({
      type: SyncFailure,
      nullable: true,
      description: 'What ended it early; null unless it FAILED.',
      resolve: ({ failureType: type, failureMessage }) => type && { type, message: failureMessage ?? '' },
    }),
    errors: t.connection(
      {
        type: SyncError,
        nullable: true,
        description: 'The errors that it met and no later run met again, oldest first. For admins.',
        resolve: ({ id, workspaceId }, args, context, info) => {
          const where = { workspaceId, lastRunId: id }
          const query = connectionQuery(context, info, 'SyncError')
          return keysetConnection(args, {
            find: (page) =>
              context.database.prisma.syncError.findMany({ ...query, ...page, where: { ...where, ...page.where } }),
            count: () => context.database.prisma.syncError.count({ where }),
          })
        },
      },
      SyncErrorConnection,
    ),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was asked for.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a worker first took it up.',
    }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true, description: 'When it ended.' }),
  }),
})

export const SyncRunConnection = builder.connectionObject(
  { type: SyncRun, name: 'SyncRunConnection' },
  { name: 'SyncRunEdge' },
)

builder.queryFields((t) => ({
  syncRun: t.prismaField({
    type: SyncRun,
    nullable: true,
    description: 'One run; null where there is none.',
    args: { id: t.arg.globalID({ required: true, description: 'Global id of the run.' }) },
    resolve: (query, _root, { id }, { database, viewer }) =>
      id.typename === 'SyncRun'
        ? database.prisma.syncRun.findUnique({ ...query, where: { id: id.id, workspaceId: viewer.workspaceId } })
        : null,
  }),
  syncRuns: t.connection(
    {
      type: SyncRun,
      description: 'The runs of the workspace, newest first.',
      resolve: (_root, args, context, info) => {
        const { workspaceId } = context.viewer
        const query = connectionQuery(context, info, 'SyncRun')
        return keysetConnection(args, {
          descending: true,
          find: (page) =>
            context.database.prisma.syncRun.findMany({ ...query, ...page, where: { workspaceId, ...page.where } }),
          count: () => context.database.prisma.syncRun.count({ where: { workspaceId } }),
        })
      },
    },
    SyncRunConnection,
  ),
}))

builder.mutationFields((t) => ({
  startSync: t.field({
    type: SyncRun,
    description: 'Starts a run and returns it at once; returns the one under way if there is one. For admins.',
    errors: { types: [...syncAdminErrors, NotConnectedError, SyncStateError] },
    resolve: (_root, _args, { sync, viewer }) => startSync(sync, viewer),
  }),
  cancelSyncRun: t.field({
    type: SyncRun,
    description: 'Ends a run at its next page; what it wrote stays. For admins.',
    args: { id: t.arg.globalID({ required: true, description: 'Global id of the run.' }) },
    errors: { types: [...syncAdminErrors, NotFoundError, SyncStateError, InvalidInputError] },
    resolve: (_root, { id }, { sync, viewer }) => cancelSyncRun(sync, viewer, rowId(id, 'SyncRun')),
  }),
}))

builder.subscriptionField('syncProgress', (t) =>
  t.field({
    type: SyncRun,
    description:
      'The run itself: its present state at once, then after each change, at most ten times a second. Completes after the final state.',
    args: { runId: t.arg.globalID({ description: 'One run; without it every run of the workspace, without end.' }) },
    subscribe: async (_root, { runId }, { sync, viewer: { workspaceId }, reads, closing }) => {
      const id = runId == null ? null : rowId(runId, 'SyncRun')
      if (id !== null && (await reads.run(workspaceId, id)) === null)
        throw new NotFoundError('There is no such sync run.')
      return abortOnReturn(closing, (signal) => watchRuns(sync, workspaceId, id, signal))
    },
    resolve: (run: SyncRunRow) => run,
  }),
)
