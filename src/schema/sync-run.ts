import { LiveSource } from '../followers/live-source.ts'
import type { SyncRun as SyncRunRow } from '../generated/prisma/client.ts'
import { syncErrorTypes } from '../sync/errors/sync-error-types.ts'
import { previewSchema } from '../sync/preview/preview-report.ts'
import { progressOf } from '../sync/runs/progress.ts'
import { openRunFeed, type RunPlace } from '../sync/runs/run-feed.ts'
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
    scope: t.expose('scope', { type: RunScopeEnum, description: 'How much it works through.' }),
    objectType: t.expose('objectType', {
      type: ObjectTypeEnum,
      description: 'What it syncs: CONTACT where contacts are synced, alone or after the accounts (see withAccounts).',
    }),
    withAccounts: t.exposeBoolean('withAccounts', { description: 'Whether accounts come first in it.' }),
    trigger: t.expose('trigger', { type: RunTriggerEnum, description: 'What started it.' }),
    triggeredBy: t.relation('triggeredBy', {
      type: User,
      nullable: true,
      description: 'Who started it, if a person did.',
    }),
    status: t.expose('status', { type: RunStatusEnum, description: 'How it stands.' }),
    phase: t.expose('phase', { type: RunPhaseEnum, description: 'What it is at.' }),
    progress: t.field({
      type: SyncProgress,
      description: 'How far it is.',
      args: {
        objectType: t.arg({ type: ObjectTypeEnum, description: 'With these records alone; with all unless said.' }),
      },
      resolve: (run, { objectType }) => progressOf(run, objectType ?? null),
    }),
    holdReason: t.exposeString('holdReason', {
      nullable: true,
      description: 'Why it waits for an admin; null while it does not.',
    }),
    notice: t.exposeString('notice', {
      nullable: true,
      description:
        'What an admin should know about the run although nothing went wrong: for example, that HubSpot was still building ' +
        'the list, so departures are left to a later run. Null if there is nothing to say.',
    }),
    waitReason: t.exposeString('waitReason', {
      nullable: true,
      description: 'Why a THROTTLED run waits for HubSpot; null for any other status.',
    }),
    resumeAt: t.expose('resumeAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it goes on by itself, while THROTTLED.',
    }),
    preview: t.field({
      type: SyncPreview,
      nullable: true,
      description: 'What a PREVIEW found; null for other runs, and until it has ended. For admins.',
      resolve: ({ preview, workspaceId }) =>
        preview === null ? null : { ...previewSchema.parse(preview), workspaceId },
    }),
    settingsVersion: t.exposeInt('settingsVersion', { description: 'Version of the settings that it uses.' }),
    hubspotCalls: t.exposeInt('hubspotCalls', { description: 'Calls that it made to HubSpot so far.' }),
    hubspotRepeats: t.exposeInt('hubspotRepeats', {
      description: 'How many of those calls repeated one that had failed or been refused.',
    }),
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

const SyncRunFilter = builder.inputType('SyncRunFilter', {
  description: 'Which runs; what is left out does not narrow.',
  fields: (t) => ({
    scope: t.field({ type: RunScopeEnum, description: 'Only those that work through so much.' }),
    status: t.field({ type: RunStatusEnum, description: 'Only in this status.' }),
    trigger: t.field({ type: RunTriggerEnum, description: 'Only those started by this.' }),
    objectType: t.field({ type: ObjectTypeEnum, description: 'Only those with this `objectType`.' }),
  }),
})

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
      'The run itself: its present state at once, then after each change, at most ten times a second. Completes after the final state.',
    args: { runId: t.arg.globalID({ description: 'One run; without it every run of the workspace, without end.' }) },
    subscribe: async (_root, { runId }, { sync, viewer: { workspaceId }, reads, closing }) => {
      const id = runId == null ? null : rowId(runId, 'SyncRun', ['runId'])
      if (id !== null && (await reads.run(workspaceId, id)) === null)
        throw new NotFoundError('There is no such sync run.')
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
