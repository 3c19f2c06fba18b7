import { hubspotRecordUrl } from '../hubspot/record-url.ts'
import { syncErrorTypes } from '../sync/errors/sync-error-types.ts'
import { type Explanation, explainSync } from '../sync/preview/explain-sync.ts'
import type { PreviewReport } from '../sync/preview/preview-report.ts'
import type { Rule } from '../sync/preview/rules.ts'
import { builder } from './builder.ts'
import { ObjectTypeEnum } from './object-type.ts'
import { cost } from './support/field-cost.ts'
import { findRecord } from './support/find-record.ts'
import { SyncError, SyncErrorTypeEnum } from './sync-error.ts'
import { SyncedRecord } from './synced-record.ts'

const ruleDescriptions: Readonly<Record<Rule, string>> = {
  LINKED_ALREADY: 'Rule 1: one of our records is linked to it, and is updated.',
  MATCHED_BY_HANDLE: 'Rule 2a: one of our records has a same handle and is not linked: it is updated and linked.',
  HANDLE_TAKEN: 'Rule 2b: one of its handles belongs to somebody else.',
  NEW: 'Rule 3: none of our records has a same handle: one is created and linked.',
  MISSING_HANDLE: 'It has no handle in any mapped property.',
  ACCOUNT_NOT_SYNCED: 'None of its companies is synced, since each has an error.',
  LIMIT_EXCEEDED: 'The workspace holds as many synced contacts as it may.',
  EXCLUDED: 'An admin told the sync to leave it alone.',
  OUT_OF_SCOPE: 'It is not in the chosen list, or belongs to no synced company.',
  NOT_IN_HUBSPOT: 'HubSpot has no such record, or it was deleted.',
  UNREADABLE: 'HubSpot sends it in a way that cannot be read.',
}

const SyncRuleEnum = builder.enumType('SyncRule', {
  description: 'What decides over a HubSpot record.',
  values: Object.fromEntries(
    Object.entries(ruleDescriptions).map(([rule, description]) => [rule, { description }]),
  ) as Record<Rule, { description: string }>,
})

const SyncOutcomeEnum = builder.enumType('SyncOutcome', {
  description: 'What becomes of a HubSpot record.',
  values: {
    CREATED: { description: 'A record is created here.' },
    LINKED: { description: 'A record that was here is linked to it and takes its values.' },
    UPDATED: { description: 'The linked record takes its values.' },
    UNCHANGED: { description: 'The linked record holds its values already.' },
    SKIPPED: { description: 'It is left out; nothing changes.' },
  },
})

type Outcome = typeof SyncOutcomeEnum.$inferType
type InWorkspace<T> = T & { readonly workspaceId: string }

const SyncPreviewSample = builder
  .objectRef<InWorkspace<PreviewReport['samples'][number]>>('SyncPreviewSample')
  .implement({
    description: 'A record that something would become of.',
    fields: (t) => ({
      outcome: t.expose('outcome', { type: SyncOutcomeEnum, description: 'What would become of it.' }),
      rule: t.expose('rule', { type: SyncRuleEnum, description: 'What decides so.' }),
      objectType: t.expose('objectType', { type: ObjectTypeEnum, description: 'What kind of record it is.' }),
      hubspotId: t.exposeString('hubspotId', { description: 'Id of the HubSpot record.' }),
      hubspotUrl: t.string({
        nullable: true,
        description: 'Where the HubSpot record is seen and edited.',
        resolve: async ({ workspaceId, objectType, hubspotId }, _args, { reads }) =>
          hubspotRecordUrl(await reads.connection(workspaceId), objectType, BigInt(hubspotId)),
      }),
      record: t.field({
        type: SyncedRecord,
        nullable: true,
        description: 'The contact or account that it meets: to be changed, or in its way.',
        resolve: ({ objectType, recordId }, _args, context, info) => findRecord(context, info, objectType, recordId),
      }),
    }),
  })

const SyncPreviewErrors = builder
  .objectRef<InWorkspace<PreviewReport['errors'][number]>>('SyncPreviewErrors')
  .implement({
    description: 'The errors of one type, about one kind of record, that are to be expected.',
    fields: (t) => ({
      type: t.expose('type', { type: SyncErrorTypeEnum, description: 'Stable type.' }),
      title: t.string({ description: 'What it is, in a line.', resolve: ({ type }) => syncErrorTypes[type].title }),
      resolution: t.string({
        description: 'What to do about it.',
        resolve: ({ type }) => syncErrorTypes[type].resolution,
      }),
      objectType: t.expose('objectType', { type: ObjectTypeEnum, description: 'What kind of record they are about.' }),
      count: t.exposeInt('count', { description: 'How many there are.' }),
      hubspotIds: t.exposeStringList('hubspotIds', {
        description: 'Ids of some of the HubSpot records; explainSync says more of each.',
      }),
    }),
  })

const SyncPreviewDepartures = builder
  .objectRef<PreviewReport['departures'][number]>('SyncPreviewDepartures')
  .implement({
    description: 'How many records of one kind would no longer follow HubSpot.',
    fields: (t) => ({
      objectType: t.expose('objectType', { type: ObjectTypeEnum, description: 'What kind of records.' }),
      sourceDeleted: t.exposeInt('sourceDeleted', { description: 'Deleted in HubSpot.' }),
      outOfScope: t.exposeInt('outOfScope', { description: 'No longer in what is synced.' }),
      mergedAway: t.exposeInt('mergedAway', { description: 'Merged into another one.' }),
    }),
  })

export const SyncPreview = builder.objectRef<InWorkspace<PreviewReport>>('SyncPreview').implement({
  description: 'What a start would do; the counts are those of the run’s progress.',
  fields: (t) => ({
    samples: t.field({
      type: [SyncPreviewSample],
      description: 'Up to five records of each outcome and kind.',
      extensions: cost({ items: 20 }),
      resolve: ({ samples, workspaceId }) => samples.map((sample) => ({ ...sample, workspaceId })),
    }),
    errors: t.field({
      type: [SyncPreviewErrors],
      description: 'The errors to expect, most frequent first.',
      resolve: ({ errors, workspaceId }) => errors.map((error) => ({ ...error, workspaceId })),
    }),
    departures: t.expose('departures', {
      type: [SyncPreviewDepartures],
      description: 'What would no longer follow HubSpot.',
    }),
  }),
})

const outcomes: Readonly<Record<NonNullable<Explanation['outcome']>, Outcome>> = {
  created: 'CREATED',
  linked: 'LINKED',
  updated: 'UPDATED',
  unchanged: 'UNCHANGED',
  skipped: 'SKIPPED',
  blocked: 'SKIPPED',
  'left-out': 'SKIPPED',
}

const SyncExplanation = builder.objectRef<Explanation>('SyncExplanation').implement({
  description: 'What the sync makes of one HubSpot record as things are now, and why.',
  fields: (t) => ({
    objectType: t.expose('objectType', { type: ObjectTypeEnum, description: 'What kind of record it is.' }),
    hubspotId: t.string({ description: 'The id asked for.', resolve: ({ hubspotId }) => String(hubspotId) }),
    hubspotUrl: t.string({
      nullable: true,
      description: 'Where the HubSpot record is seen and edited.',
      resolve: async ({ workspaceId, objectType, mergedIntoId, hubspotId }, _args, { reads }) =>
        hubspotRecordUrl(await reads.connection(workspaceId), objectType, mergedIntoId ?? hubspotId),
    }),
    mergedIntoId: t.string({
      nullable: true,
      description: 'Id of the record that it was merged into in HubSpot; all else is said of that one.',
      resolve: ({ mergedIntoId }) => (mergedIntoId === null ? null : String(mergedIntoId)),
    }),
    rule: t.expose('rule', { type: SyncRuleEnum, description: 'What decides over it.' }),
    outcome: t.field({
      type: SyncOutcomeEnum,
      description: 'What would become of it now.',
      resolve: ({ outcome }) => (outcome === null ? 'SKIPPED' : outcomes[outcome]),
    }),
    isWritten: t.boolean({
      description: 'Whether its values are here, or would be after the next run.',
      resolve: ({ outcome }) => outcome !== null && outcomes[outcome] !== 'SKIPPED',
    }),
    reason: t.exposeString('reason', { description: 'Why, for people.' }),
    record: t.field({
      type: SyncedRecord,
      nullable: true,
      description: 'The contact or account that is linked to it, or would be.',
      resolve: ({ objectType, recordId }, _args, context, info) => findRecord(context, info, objectType, recordId),
    }),
    takenHandle: t.string({
      nullable: true,
      description: 'The e-mail, phone number or domain that belongs to somebody else.',
      resolve: ({ taken }) => taken?.handle.value ?? null,
    }),
    heldBy: t.field({
      type: SyncedRecord,
      nullable: true,
      description: 'Whom it belongs to.',
      resolve: ({ objectType, taken }, _args, context, info) =>
        findRecord(context, info, objectType, taken?.heldById ?? null),
    }),
    errors: t.field({
      type: [SyncError],
      description: 'What is open about it, or was ignored.',
      resolve: ({ workspaceId, objectType, hubspotId, mergedIntoId }, _args, { database }) =>
        database.prisma.syncError.findMany({
          where: {
            workspaceId,
            objectType,
            hubspotId: mergedIntoId ?? hubspotId,
            status: { in: ['OPEN', 'IGNORED'] },
          },
          orderBy: { id: 'asc' },
        }),
    }),
  }),
})

builder.queryField('explainSync', (t) =>
  t.field({
    type: SyncExplanation,
    nullable: true,
    description:
      'What the sync makes of one HubSpot record as things are now, and why. Asks HubSpot, and writes nothing. For admins.',
    args: {
      objectType: t.arg({ type: ObjectTypeEnum, required: true, defaultValue: 'CONTACT', description: 'Its kind.' }),
      externalId: t.arg.string({ required: true, description: 'Id of the HubSpot contact or company.' }),
    },
    resolve: (_root, { objectType, externalId }, { sync, viewer, closing }) =>
      explainSync(sync, viewer, objectType, externalId, closing),
  }),
)
