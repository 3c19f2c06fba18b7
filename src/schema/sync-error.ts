import { SyncErrorType } from '../generated/prisma/enums.ts'
import { hubspotRecordUrl } from '../hubspot/record-url.ts'
import { type ErrorFilter, errorsWhere } from '../sync/errors/error-filter.ts'
import { type ErrorSummary, summarizeErrors } from '../sync/errors/summarize-errors.ts'
import { syncErrorTypes } from '../sync/errors/sync-error-types.ts'
import { parseErrorDetails } from '../sync/matching/error-details.ts'
import { Account } from './account.ts'
import { builder } from './builder.ts'
import { Contact } from './contact-ref.ts'
import { ObjectTypeEnum } from './object-type.ts'
import { connectionQuery } from './support/connection-query.ts'
import { cost } from './support/field-cost.ts'
import { findLinkedAccount, findLinkedContact } from './support/find-linked-record.ts'
import { findAccount, findContact, findRecord } from './support/find-record.ts'
import { rowId } from './support/global-ids.ts'
import { keysetConnection } from './support/keyset-connection.ts'
import { SyncErrorDetails } from './sync-error-details.ts'
import { SyncedRecord } from './synced-record.ts'

export const SyncErrorTypeEnum = builder.enumType('SyncErrorType', {
  description: 'The type of a sync error. `title` and `resolution` explain it.',
  values: Object.fromEntries(
    Object.values(SyncErrorType).map((type) => [type, { description: `${syncErrorTypes[type].title}.` }]),
  ) as Record<SyncErrorType, { description: string }>,
})

const SyncErrorStatusEnum = builder.enumType('SyncErrorStatus', {
  description: 'The status of a sync error.',
  values: {
    OPEN: { description: 'The problem was still there when the sync last processed the record.' },
    RESOLVED: { description: 'The record was synced in the meantime, or is no longer in the selected source.' },
    IGNORED: { description: 'An admin excluded the record from the sync.' },
  },
})

export const SyncError = builder.prismaNode('SyncError', {
  description:
    'A problem that prevents a record, or a whole run, from being synced. A problem that persists stays the same error.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, workspaceId: viewer.workspaceId }),
  fields: (t) => ({
    type: t.expose('type', { type: SyncErrorTypeEnum, description: 'Stable type of the error.' }),
    title: t.string({
      description: 'Short description of the problem, for people.',
      resolve: ({ type }) => syncErrorTypes[type].title,
    }),
    message: t.exposeString('message', {
      description: 'What happened to this record, for people.',
      extensions: cost({ own: 1 }),
    }),
    resolution: t.string({
      description: 'How to resolve the problem, for people.',
      resolve: ({ type }) => syncErrorTypes[type].resolution,
    }),
    objectType: t.expose('objectType', { type: ObjectTypeEnum, description: 'Type of the record.' }),
    hubspotId: t.string({
      nullable: true,
      description: 'Id of the HubSpot record. Null if the problem does not concern a single record.',
      resolve: ({ hubspotId }) => (hubspotId === 0n ? null : String(hubspotId)),
    }),
    hubspotUrl: t.string({
      nullable: true,
      description: 'URL of the HubSpot record.',
      resolve: async ({ workspaceId, objectType, hubspotId }, _args, { reads }) =>
        hubspotId === 0n ? null : hubspotRecordUrl(await reads.connection(workspaceId), objectType, hubspotId),
    }),
    property: t.string({
      nullable: true,
      description: 'HubSpot property that causes the problem, if there is one.',
      resolve: ({ property }) => property || null,
    }),
    hubspotName: t.exposeString('hubspotName', {
      nullable: true,
      description:
        'Name of the record in HubSpot when the problem was last found. Null if it has none or could not be read, and after the error was resolved.',
    }),
    details: t.field({
      type: SyncErrorDetails,
      nullable: true,
      description:
        'What `message` says, as data. Null for types of errors without details, and after the error was resolved.',
      resolve: ({ details }) => parseErrorDetails(details),
    }),
    contact: t.field({
      type: Contact,
      nullable: true,
      description:
        'Contact that is linked to the record. It keeps its values. For a resolved error, the contact that is linked to the record now.',
      resolve: async ({ objectType, status, hubspotId, contactId }, _args, context, info) => {
        if (objectType !== 'CONTACT') return null
        if (status === 'RESOLVED' && hubspotId > 0n) return findLinkedContact(context, info, hubspotId)
        return findContact(context, info, contactId)
      },
    }),
    account: t.field({
      type: Account,
      nullable: true,
      description:
        'Account that is linked to the record. It keeps its values. For a resolved error, the account that is linked to the record now.',
      resolve: async ({ objectType, status, hubspotId, accountId }, _args, context, info) => {
        if (objectType !== 'ACCOUNT') return null
        if (status === 'RESOLVED' && hubspotId > 0n) return findLinkedAccount(context, info, hubspotId)
        return findAccount(context, info, accountId)
      },
    }),
    heldBy: t.field({
      type: SyncedRecord,
      nullable: true,
      description: 'Contact that has the handle, or account that has the domain.',
      resolve: ({ objectType, heldByContactId, heldByAccountId }, _args, context, info) =>
        findRecord(context, info, objectType, heldByContactId ?? heldByAccountId),
    }),
    heldByHubspotId: t.string({
      nullable: true,
      description: 'Id of the HubSpot record that the holder was linked to when the problem was last found.',
      resolve: ({ heldByHubspotId }) => (heldByHubspotId === null ? null : String(heldByHubspotId)),
    }),
    status: t.expose('status', { type: SyncErrorStatusEnum, description: 'Current status.' }),
    firstSeenAt: t.expose('firstSeenAt', {
      type: 'DateTime',
      description: 'Time at which a run first found the problem.',
    }),
    lastSeenAt: t.expose('lastSeenAt', {
      type: 'DateTime',
      description: 'Time at which a run last found the problem.',
    }),
    resolvedAt: t.expose('resolvedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time at which the error became RESOLVED or IGNORED.',
    }),
  }),
})

export const SyncErrorConnection = builder.connectionObject(
  { type: SyncError, name: 'SyncErrorConnection' },
  { name: 'SyncErrorEdge' },
)

const errorCount = 'Number of errors.'
const recordCount = 'Number of HubSpot records that they are about. 0 if the problem does not concern single records.'

const SyncErrorPropertySummary = builder
  .objectRef<ErrorSummary['properties'][number]>('SyncErrorPropertySummary')
  .implement({
    description: 'The number of errors that one HubSpot property causes.',
    fields: (t) => ({
      property: t.exposeString('property', { description: 'Internal name of the HubSpot property.' }),
      count: t.exposeInt('count', { description: errorCount }),
      records: t.exposeInt('records', { description: recordCount }),
    }),
  })

const SyncErrorSummary = builder.objectRef<ErrorSummary>('SyncErrorSummary').implement({
  description: 'The number of errors of one type, about one type of record.',
  fields: (t) => ({
    objectType: t.expose('objectType', { type: ObjectTypeEnum, description: 'Type of the records.' }),
    type: t.expose('type', { type: SyncErrorTypeEnum, description: 'Stable type of the error.' }),
    title: t.string({
      description: 'Short description of the problem, for people.',
      resolve: ({ type }) => syncErrorTypes[type].title,
    }),
    resolution: t.string({
      description: 'How to resolve the problem, for people.',
      resolve: ({ type }) => syncErrorTypes[type].resolution,
    }),
    count: t.exposeInt('count', { description: errorCount }),
    records: t.exposeInt('records', { description: recordCount }),
    properties: t.expose('properties', {
      type: [SyncErrorPropertySummary],
      description: 'The errors that a HubSpot property causes, by property. Most frequent first.',
      extensions: cost({ items: 10 }),
    }),
  }),
})

export const SyncErrorFilter = builder.inputType('SyncErrorFilter', {
  description: 'Filters errors. Omit a field to leave it open.',
  fields: (t) => ({
    type: t.field({ type: SyncErrorTypeEnum, description: 'Errors of this type.' }),
    objectType: t.field({ type: ObjectTypeEnum, description: 'Errors about records of this type.' }),
    hubspotId: t.string({ description: 'Errors about the HubSpot record with this id.' }),
    property: t.string({ description: 'Errors that the HubSpot property with this internal name causes.' }),
    run: t.globalID({
      description: 'Global id of a run. Selects the errors that this run found and no later run has found again.',
    }),
    status: t.field({
      type: SyncErrorStatusEnum,
      defaultValue: 'OPEN',
      description: 'Errors with this status. Default OPEN; null selects every status.',
    }),
  }),
})

/** Throws NotFoundError if the id of the run belongs to something else. */
export function errorFilter(filter: typeof SyncErrorFilter.$inferInput | null | undefined): ErrorFilter {
  const { type, status, objectType, hubspotId, property, run } = filter ?? {}
  return {
    type: type ?? undefined,
    status: status ?? undefined,
    objectType: objectType ?? undefined,
    // A text that is not a number matches no HubSpot record.
    hubspotId: hubspotId == null ? undefined : /^[1-9]\d{0,17}$/.test(hubspotId) ? BigInt(hubspotId) : -1n,
    property: property ?? undefined,
    lastRunId: run == null ? undefined : rowId(run, 'SyncRun', ['filter', 'run']),
  }
}

builder.queryFields((t) => ({
  syncErrors: t.connection(
    {
      type: SyncError,
      nullable: true,
      description:
        'Errors of the sync, oldest first. Only open errors, unless the filter selects another status. For admins.',
      args: { filter: t.arg({ type: SyncErrorFilter, defaultValue: { status: 'OPEN' } }) },
      resolve: (_root, { filter, ...args }, context, info) => {
        const { workspaceId } = context.viewer
        const where = errorsWhere(workspaceId, errorFilter(filter))
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
    description:
      'Number of errors by type and by type of record, most frequent first. Only open errors, unless the filter selects another status. For admins.',
    extensions: cost({ items: 10 }),
    args: { filter: t.arg({ type: SyncErrorFilter, defaultValue: { status: 'OPEN' } }) },
    resolve: (_root, { filter }, { database, viewer: { workspaceId } }) =>
      summarizeErrors(database.pool, workspaceId, errorFilter(filter)),
  }),
}))
