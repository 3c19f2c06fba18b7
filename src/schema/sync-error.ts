import type { Prisma } from '../generated/prisma/client.ts'
import { type ObjectType, SyncErrorType } from '../generated/prisma/enums.ts'
import { hubspotRecordUrl } from '../hubspot/record-url.ts'
import { syncErrorTypes } from '../sync/errors/sync-error-types.ts'
import { Account } from './account.ts'
import { builder } from './builder.ts'
import { Contact } from './contact-ref.ts'
import { ObjectTypeEnum } from './object-type.ts'
import { connectionQuery } from './support/connection-query.ts'
import { cost } from './support/field-cost.ts'
import { findRecord } from './support/find-record.ts'
import { rowId } from './support/global-ids.ts'
import { keysetConnection } from './support/keyset-connection.ts'
import { SyncedRecord } from './synced-record.ts'

export const SyncErrorTypeEnum = builder.enumType('SyncErrorType', {
  description: 'What kind of problem it is; `title` and `resolution` say more.',
  values: Object.fromEntries(
    Object.values(SyncErrorType).map((type) => [type, { description: `${syncErrorTypes[type].title}.` }]),
  ) as Record<SyncErrorType, { description: string }>,
})

const SyncErrorStatusEnum = builder.enumType('SyncErrorStatus', {
  description: 'Whether a problem lasts.',
  values: {
    OPEN: { description: 'The last run that looked met it.' },
    RESOLVED: { description: 'A later run synced the record or no longer found it in scope.' },
    IGNORED: { description: 'An admin told the sync to leave the record alone.' },
  },
})

export const SyncError = builder.prismaNode('SyncError', {
  description: 'A problem that keeps a record, or a whole run, from being synced. One that lasts is one error.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, workspaceId: viewer.workspaceId }),
  fields: (t) => ({
    type: t.expose('type', { type: SyncErrorTypeEnum, description: 'Stable type.' }),
    title: t.string({ description: 'What it is, in a line.', resolve: ({ type }) => syncErrorTypes[type].title }),
    message: t.exposeString('message', { description: 'What happened to this record.', extensions: cost({ own: 1 }) }),
    resolution: t.string({
      description: 'What to do about it.',
      resolve: ({ type }) => syncErrorTypes[type].resolution,
    }),
    objectType: t.expose('objectType', { type: ObjectTypeEnum, description: 'What kind of record it is about.' }),
    hubspotId: t.string({
      nullable: true,
      description: "Id of the HubSpot record; null where the problem is not one record's.",
      resolve: ({ hubspotId }) => (hubspotId === 0n ? null : String(hubspotId)),
    }),
    hubspotUrl: t.string({
      nullable: true,
      description: 'Where the HubSpot record is seen and edited.',
      resolve: async ({ workspaceId, objectType, hubspotId }, _args, { reads }) =>
        hubspotId === 0n ? null : hubspotRecordUrl(await reads.connection(workspaceId), objectType, hubspotId),
    }),
    property: t.string({
      nullable: true,
      description: 'The HubSpot property at fault, if it is one.',
      resolve: ({ property }) => property || null,
    }),
    contact: t.relation('contact', {
      type: Contact,
      nullable: true,
      description: 'The contact that is linked to the record and stays as it was.',
    }),
    account: t.relation('account', {
      type: Account,
      nullable: true,
      description: 'The account that is linked to the record and stays as it was.',
    }),
    heldBy: t.field({
      type: SyncedRecord,
      nullable: true,
      description: 'The contact that holds the handle, or the account that holds the domain.',
      resolve: ({ objectType, heldByContactId, heldByAccountId }, _args, context, info) =>
        findRecord(context, info, objectType, heldByContactId ?? heldByAccountId),
    }),
    heldByHubspotId: t.string({
      nullable: true,
      description: 'Id of the HubSpot record that the holder was linked to when the error was last met.',
      resolve: ({ heldByHubspotId }) => (heldByHubspotId === null ? null : String(heldByHubspotId)),
    }),
    status: t.expose('status', { type: SyncErrorStatusEnum, description: 'Whether it lasts.' }),
    firstSeenAt: t.expose('firstSeenAt', { type: 'DateTime', description: 'When a run first met it.' }),
    lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime', description: 'When a run last met it.' }),
    resolvedAt: t.expose('resolvedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is RESOLVED or IGNORED.',
    }),
  }),
})

export const SyncErrorConnection = builder.connectionObject(
  { type: SyncError, name: 'SyncErrorConnection' },
  { name: 'SyncErrorEdge' },
)

interface Summary {
  readonly type: SyncErrorType
  readonly objectType: ObjectType
  readonly count: number
}

const SyncErrorSummary = builder.objectRef<Summary>('SyncErrorSummary').implement({
  description: 'The errors of one type, about one kind of record.',
  fields: (t) => ({
    objectType: t.expose('objectType', { type: ObjectTypeEnum, description: 'What kind of record they are about.' }),
    type: t.expose('type', { type: SyncErrorTypeEnum, description: 'Stable type.' }),
    title: t.string({ description: 'What it is, in a line.', resolve: ({ type }) => syncErrorTypes[type].title }),
    resolution: t.string({
      description: 'What to do about it.',
      resolve: ({ type }) => syncErrorTypes[type].resolution,
    }),
    count: t.exposeInt('count', { description: 'How many there are.' }),
  }),
})

const SyncErrorFilter = builder.inputType('SyncErrorFilter', {
  description: 'Which errors; what is left out does not narrow.',
  fields: (t) => ({
    type: t.field({ type: SyncErrorTypeEnum, description: 'Only of this type.' }),
    objectType: t.field({ type: ObjectTypeEnum, description: 'Only about records of this kind.' }),
    hubspotId: t.string({ description: 'Only about the HubSpot record with this id.' }),
    run: t.globalID({ description: 'Only those that this run met and no later run met again: global id of a run.' }),
    status: t.field({
      type: SyncErrorStatusEnum,
      defaultValue: 'OPEN',
      description: 'Only in this status: OPEN unless said; null for any.',
    }),
  }),
})

type Filter = typeof SyncErrorFilter.$inferInput

/** Throws NotFoundError where the run's id is that of something else. */
function errorsWhere(workspaceId: string, filter: Filter | null | undefined): Prisma.SyncErrorWhereInput {
  const { type, status, objectType, hubspotId, run } = filter ?? {}
  return {
    workspaceId,
    type: type ?? undefined,
    status: status ?? undefined,
    objectType: objectType ?? undefined,
    // No HubSpot record has what is no number of theirs as its id.
    hubspotId: hubspotId == null ? undefined : /^[1-9]\d{0,17}$/.test(hubspotId) ? BigInt(hubspotId) : -1n,
    lastRunId: run == null ? undefined : rowId(run, 'SyncRun', ['filter', 'run']),
  }
}

builder.queryFields((t) => ({
  syncErrors: t.connection(
    {
      type: SyncError,
      nullable: true,
      description: 'The errors of the sync, oldest first; the open ones unless the filter says otherwise. For admins.',
      args: { filter: t.arg({ type: SyncErrorFilter, defaultValue: { status: 'OPEN' } }) },
      resolve: (_root, { filter, ...args }, context, info) => {
        const { workspaceId } = context.viewer
        const where = errorsWhere(workspaceId, filter)
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
  syncErrorSummary: t.field({
    type: [SyncErrorSummary],
    nullable: true,
    description: 'The errors by type, most frequent first; the open ones unless the filter says otherwise. For admins.',
    extensions: cost({ items: 10 }),
    args: { filter: t.arg({ type: SyncErrorFilter, defaultValue: { status: 'OPEN' } }) },
    resolve: async (_root, { filter }, { database, viewer: { workspaceId } }) => {
      const groups = await database.prisma.syncError.groupBy({
        by: ['type', 'objectType'],
        where: errorsWhere(workspaceId, filter),
        _count: true,
        orderBy: [{ _count: { type: 'desc' } }, { type: 'asc' }],
      })
      return groups.map(({ type, objectType, _count: count }) => ({ type, objectType, count }))
    },
  }),
}))
