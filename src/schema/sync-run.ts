import { LiveSource } from '../followers/live-source.ts'
import type { SyncRun as SyncRunRow } from '../generated/prisma/client.ts'
import { syncErrorTypes } from '../sync/errors/sync-error-types.ts'
import { previewSchema } from '../sync/preview/preview-report.ts'
import { progressOf } from '../sync/runs/progress.ts'
import { openRunFeed, type RunPlace } from '../sync/runs/run-feed.ts'
import { phases } from '../sync/runs/run-states.ts'
import { waitingFor } from '../sync/runs/waiting-for.ts'
import { NotFoundError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { ObjectTypeEnum } from './object-type.ts'
import { RunPhaseEnum, RunScopeEnum, RunStatusEnum, RunTriggerEnum } from './run-enums.ts'
import { connectionQuery } from './support/connection-query.ts'
import { rowId } from './support/global-ids.ts'
import { keysetConnection } from './support/keyset-connection.ts'
import { SyncError, SyncErrorConnection, SyncErrorTypeEnum } from './sync-error.ts'
import { SyncPreview } from './sync-preview.ts'
import { SyncProgress } from './sync-progress.ts'
import { User } from './user.ts'

interface Failure {
  readonly type: keyof typeof syncErrorTypes
  readonly message: string
}

const SyncFailure = builder.objectRef<Failure>('SyncFailure').implement({
  description: 'The reason why a run ended early.',
  fields: (t) => ({
    type: t.expose('type', { type: SyncErrorTypeEnum, description: 'Stable type of the error.' }),
    title: t.string({
      description: 'Short description of the problem, for people.',
      resolve: ({ type }) => syncErrorTypes[type].title,
    }),
    message: t.exposeString('message', { description: 'What happened, for people.' }),
    resolution: t.string({
      description: 'How to resolve the problem, for people.',
      resolve: ({ type }) => syncErrorTypes[type].resolution,
    }),
  }),
})

export const SyncRun = builder.prismaNode('SyncRun', {
  description: 'One run of the sync. It keeps the settings that it started with.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, workspaceId: viewer.workspaceId }),
  fields: (t) => ({
    scope: t.expose('scope', { type: RunScopeEnum, description: 'Set of records that it processes.' }),
    objectType: t.expose('objectType', {
      type: ObjectTypeEnum,
      description:
        'Type of record that it syncs. CONTACT if it syncs contacts, alone or after accounts; see `withAccounts`.',
    }),
    withAccounts: t.exposeBoolean('withAccounts', { description: 'True if it syncs accounts before contacts.' }),
    trigger: t.expose('trigger', { type: RunTriggerEnum, description: 'What started the run.' }),
    triggeredBy: t.relation('triggeredBy', {
      type: User,
      nullable: true,
      description: 'User who started the run. Null if it started automatically.',
    }),
    status: t.expose('status', { type: RunStatusEnum, description: 'Current status.' }),
    phase: t.expose('phase', { type: RunPhaseEnum, description: 'Current phase.' }),
    phaseTitle: t.string({
      description: 'Name of the current phase, for people. For example: Syncing contacts.',
      resolve: ({ phase }) => phases[phase].title,
    }),
    progress: t.field({
      type: SyncProgress,
      description: 'Progress of the run.',
      args: {
        objectType: t.arg({
          type: ObjectTypeEnum,
          description: 'Counts records of this type only. Default: all records.',
        }),
      },
      resolve: (run, { objectType }) => progressOf(run, objectType ?? null),
    }),
    holdReason: t.exposeString('holdReason', {
      nullable: true,
      description: 'Why the run waits for an admin. Null if it does not.',
    }),
    notice: t.exposeString('notice', {
      nullable: true,
      description:
        'Information for admins about a run without errors, for example that HubSpot was still building the list, so a ' +
        'later run handles records that left it. Null if there is none.',
    }),
    waitingFor: t.string({
      nullable: true,
      description:
        'What the run waits for and what to do about it, for people: a worker, an admin, or HubSpot. Null while it is in progress and after it has ended.',
      resolve: waitingFor,
    }),
    waitReason: t.exposeString('waitReason', {
      nullable: true,
      description: 'Why a THROTTLED run waits for HubSpot. Null for any other status.',
    }),
    resumeAt: t.expose('resumeAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time at which a THROTTLED run continues by itself.',
    }),
    preview: t.field({
      type: SyncPreview,
      nullable: true,
      description: 'Result of a PREVIEW run. Null for other runs, and until the run has ended. For admins.',
      resolve: ({ preview, workspaceId }) =>
        preview === null ? null : { ...previewSchema.parse(preview), workspaceId },
    }),
    settingsVersion: t.exposeInt('settingsVersion', { description: 'Version of the settings that it uses.' }),
    hubspotCalls: t.exposeInt('hubspotCalls', { description: 'Number of calls to HubSpot so far.' }),
    hubspotRepeats: t.exposeInt('hubspotRepeats', {
      description: 'Number of calls to HubSpot that repeated a failed or rejected call.',
    }),
    failure: t.field({
      type: SyncFailure,
      nullable: true,
      description: 'Why the run ended early. Null unless the status is FAILED.',
      resolve: ({ failureType: type, failureMessage }) => type && { type, message: failureMessage ?? '' },
    }),
    errors: t.connection(
      {
        type: SyncError,
        nullable: true,
        description: 'Errors that this run found and no later run has found again, oldest first. For admins.',
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
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Time at which the run was requested.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time at which a worker first picked it up.',
    }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true, description: 'Time at which it ended.' }),
  }),
})

export const SyncRunConnection = builder.connectionObject(
  { type: SyncRun, name: 'SyncRunConnection' },
  { name: 'SyncRunEdge' },
)

const SyncRunFilter = builder.inputType('SyncRunFilter', {
  description: 'Filters runs. Omit a field to leave it open.',
  fields: (t) => ({
    scope: t.field({ type: RunScopeEnum, description: 'Runs with this scope.' }),
    status: t.field({ type: RunStatusEnum, description: 'Runs with this status.' }),
    trigger: t.field({ type: RunTriggerEnum, description: 'Runs with this trigger.' }),
    objectType: t.field({ type: ObjectTypeEnum, description: 'Runs with this `objectType`.' }),
  }),
})

builder.queryFields((t) => ({
  syncRun: t.prismaField({
    type: SyncRun,
    nullable: true,
    description: 'One run. Null if there is none.',
    args: { id: t.arg.globalID({ required: true, description: 'Global id of the run.' }) },
    resolve: (query, _root, { id }, { database, viewer }) =>
      id.typename === 'SyncRun'
        ? database.prisma.syncRun.findUnique({ ...query, where: { id: id.id, workspaceId: viewer.workspaceId } })
        : null,
  }),
  syncRuns: t.connection(
    {
      type: SyncRun,
      description: 'Runs of the workspace, newest first.',
      args: { filter: t.arg({ type: SyncRunFilter }) },
      resolve: (_root, { filter, ...args }, context, info) => {
        const { workspaceId } = context.viewer
        const where = {
          workspaceId,
          scope: filter?.scope ?? undefined,
          status: filter?.status ?? undefined,
          trigger: filter?.trigger ?? undefined,
          objectType: filter?.objectType ?? undefined,
        }
        const query = connectionQuery(context, info, 'SyncRun')
        return keysetConnection(args, {
          descending: true,
          find: (page) =>
            context.database.prisma.syncRun.findMany({ ...query, ...page, where: { ...where, ...page.where } }),
          count: () => context.database.prisma.syncRun.count({ where }),
        })
      },
    },
    SyncRunConnection,
  ),
}))

builder.subscriptionField('syncProgress', (t) =>
  t.field({
    type: SyncRun,
    description:
      'The run that is followed: first its current state, then its state after each change, at most ten times a second. Completes after the final state.',
    args: {
      runId: t.arg.globalID({
        description:
          'Run to follow. Without it, the subscription follows every run of the workspace and never completes.',
      }),
    },
    subscribe: async (_root, { runId }, { sync, viewer: { workspaceId }, reads, closing }) => {
      const id = runId == null ? null : rowId(runId, 'SyncRun', ['runId'])
      if (id !== null && (await reads.run(workspaceId, id)) === null)
        throw new NotFoundError('The sync run does not exist.')
      const { announcements } = sync
      return new LiveSource({
        open: (signal) => openRunFeed({ announcements, ...reads }, workspaceId, id, signal),
        from: new Map<string, string>() as RunPlace,
        key: id ?? '',
        startArguments: [],
        closing,
      })
    },
    resolve: (run: SyncRunRow) => run,
  }),
)
