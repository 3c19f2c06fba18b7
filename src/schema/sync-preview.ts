import { hubspotRecordUrl } from '../hubspot/record-url.ts'
import { syncErrorTypes } from '../sync/errors/sync-error-types.ts'
import { type Explanation, explainSync } from '../sync/preview/explain-sync.ts'
import type { PreviewReport } from '../sync/preview/preview-report.ts'
import type { Rule } from '../sync/preview/rules.ts'
import { builder } from './builder.ts'
import { ObjectTypeEnum } from './object-type.ts'
import { callCost } from './support/call-cost.ts'
import { cost } from './support/field-cost.ts'
import { findRecord } from './support/find-record.ts'
import { SyncError, SyncErrorTypeEnum } from './sync-error.ts'
import { SyncedRecord } from './synced-record.ts'

const ruleDescriptions: Readonly<Record<Rule, string>> = {
  LINKED_ALREADY: 'Rule 1: one of our records is linked to it and is updated.',
  MATCHED_BY_HANDLE:
    'Rule 2a: one of our records is not linked and shares a handle with it. That record is updated and linked.',
  HANDLE_TAKEN: 'Rule 2b: one of its handles belongs to another record.',
  NEW: 'Rule 3: none of our records shares a handle with it. A new record is created and linked.',
  MISSING_HANDLE: 'None of its mapped properties contains a handle.',
  ACCOUNT_NOT_SYNCED: 'None of its companies is synced, because each has an error.',
  LIMIT_EXCEEDED: 'The workspace has reached its limit of synced contacts.',
  EXCLUDED: 'An admin excluded it from the sync.',
  OUT_OF_SCOPE: 'It is not in the selected list, or belongs to no synced company.',
  NOT_IN_HUBSPOT: 'HubSpot has no such record, or the record was deleted.',
  UNREADABLE: "HubSpot's answer about it is not readable.",
}

const SyncRuleEnum = builder.enumType('SyncRule', {
  description: 'The rule that decides what happens to a HubSpot record.',
  values: Object.fromEntries(
    Object.entries(ruleDescriptions).map(([rule, description]) => [rule, { description }]),
  ) as Record<Rule, { description: string }>,
})

const SyncOutcomeEnum = builder.enumType('SyncOutcome', {
  description: 'What the sync does with a HubSpot record.',
  values: {
    CREATED: { description: 'Creates a new record.' },
    LINKED: { description: 'Links an existing record to it and updates the values of that record.' },
    UPDATED: { description: 'Updates the linked record.' },
    UNCHANGED: { description: 'Changes nothing, because the linked record is up to date.' },
    SKIPPED: { description: 'Skips the record and changes nothing.' },
  },
})

type Outcome = typeof SyncOutcomeEnum.$inferType
type InWorkspace<T> = T & { readonly workspaceId: string }

const SyncPreviewSample = builder
  .objectRef<InWorkspace<PreviewReport['samples'][number]>>('SyncPreviewSample')
  .implement({
    description: 'A HubSpot record, as an example of an outcome.',
    fields: (t) => ({
      outcome: t.expose('outcome', { type: SyncOutcomeEnum, description: 'What would happen to the record.' }),
      rule: t.expose('rule', { type: SyncRuleEnum, description: 'Rule that decides the outcome.' }),
      objectType: t.expose('objectType', { type: ObjectTypeEnum, description: 'Type of the record.' }),
      hubspotId: t.exposeString('hubspotId', { description: 'Id of the HubSpot record.' }),
      hubspotUrl: t.string({
        nullable: true,
        description: 'URL of the HubSpot record.',
        resolve: async ({ workspaceId, objectType, hubspotId }, _args, { reads }) =>
          hubspotRecordUrl(await reads.connection(workspaceId), objectType, BigInt(hubspotId)),
      }),
      record: t.field({
        type: SyncedRecord,
        nullable: true,
        description: 'Contact or account that would be changed, or that is in the way.',
        resolve: ({ objectType, recordId }, _args, context, info) => findRecord(context, info, objectType, recordId),
      }),
    }),
  })

const SyncPreviewErrors = builder
  .objectRef<InWorkspace<PreviewReport['errors'][number]>>('SyncPreviewErrors')
  .implement({
    description: 'The expected errors of one type, about one type of record.',
    fields: (t) => ({
      type: t.expose('type', { type: SyncErrorTypeEnum, description: 'Stable type of the error.' }),
      title: t.string({
        description: 'Short description of the problem, for people.',
        resolve: ({ type }) => syncErrorTypes[type].title,
      }),
      resolution: t.string({
        description: 'How to resolve the problem, for people.',
        resolve: ({ type }) => syncErrorTypes[type].resolution,
      }),
      objectType: t.expose('objectType', { type: ObjectTypeEnum, description: 'Type of the records.' }),
      count: t.exposeInt('count', { description: 'Number of errors.' }),
      hubspotIds: t.exposeStringList('hubspotIds', {
        description: 'Ids of some of the HubSpot records. Use `explainSync` for details.',
      }),
    }),
  })

const SyncPreviewDepartures = builder
  .objectRef<PreviewReport['departures'][number]>('SyncPreviewDepartures')
  .implement({
    description: 'The number of records of one type that would no longer follow HubSpot.',
    fields: (t) => ({
      objectType: t.expose('objectType', { type: ObjectTypeEnum, description: 'Type of the records.' }),
      sourceDeleted: t.exposeInt('sourceDeleted', { description: 'Number of records deleted in HubSpot.' }),
      outOfScope: t.exposeInt('outOfScope', { description: 'Number of records no longer in the selected source.' }),
      mergedAway: t.exposeInt('mergedAway', { description: 'Number of records merged into another one in HubSpot.' }),
    }),
  })

export const SyncPreview = builder.objectRef<InWorkspace<PreviewReport>>('SyncPreview').implement({
  description: "The result of a dry run. Its counts are in the run's `progress`.",
  fields: (t) => ({
    samples: t.field({
      type: [SyncPreviewSample],
      description: 'Up to five examples of each outcome and type of record.',
      extensions: cost({ items: 20 }),
      resolve: ({ samples, workspaceId }) => samples.map((sample) => ({ ...sample, workspaceId })),
    }),
    errors: t.field({
      type: [SyncPreviewErrors],
      description: 'Expected errors, most frequent first.',
      resolve: ({ errors, workspaceId }) => errors.map((error) => ({ ...error, workspaceId })),
    }),
    departures: t.expose('departures', {
      type: [SyncPreviewDepartures],
      description: 'Records that would no longer follow HubSpot.',
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
  description: 'What the sync does with one HubSpot record, given current data, and why.',
  fields: (t) => ({
    objectType: t.expose('objectType', { type: ObjectTypeEnum, description: 'Type of the record.' }),
    hubspotId: t.string({
      description: 'HubSpot id that was requested.',
      resolve: ({ hubspotId }) => String(hubspotId),
    }),
    hubspotUrl: t.string({
      nullable: true,
      description: 'URL of the HubSpot record.',
      resolve: async ({ workspaceId, objectType, mergedIntoId, hubspotId }, _args, { reads }) =>
        hubspotRecordUrl(await reads.connection(workspaceId), objectType, mergedIntoId ?? hubspotId),
    }),
    mergedIntoId: t.string({
      nullable: true,
      description:
        'Id of the HubSpot record that it was merged into. Every other field describes that record. Null if it was not merged.',
      resolve: ({ mergedIntoId }) => (mergedIntoId === null ? null : String(mergedIntoId)),
    }),
    rule: t.expose('rule', { type: SyncRuleEnum, description: 'Rule that decides the outcome.' }),
    outcome: t.field({
      type: SyncOutcomeEnum,
      description: 'What would happen to the record now.',
      resolve: ({ outcome }) => (outcome === null ? 'SKIPPED' : outcomes[outcome]),
    }),
    isWritten: t.boolean({
      description: 'True if the values of the record are here, or will be after the next run.',
      resolve: ({ outcome }) => outcome !== null && outcomes[outcome] !== 'SKIPPED',
    }),
    reason: t.exposeString('reason', { description: 'Explanation for people.' }),
    record: t.field({
      type: SyncedRecord,
      nullable: true,
      description: 'Contact or account that is linked to the record, or would be.',
      resolve: ({ objectType, recordId }, _args, context, info) => findRecord(context, info, objectType, recordId),
    }),
    takenHandle: t.string({
      nullable: true,
      description: 'Email address, phone number, or domain that belongs to another contact or account.',
      resolve: ({ taken }) => taken?.handle.value ?? null,
    }),
    heldBy: t.field({
      type: SyncedRecord,
      nullable: true,
      description: 'Contact or account that has `takenHandle`.',
      resolve: ({ objectType, taken }, _args, context, info) =>
        findRecord(context, info, objectType, taken?.heldById ?? null),
    }),
    errors: t.field({
      type: [SyncError],
      description: 'Open and ignored errors about the record.',
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
      'Explains what the sync does with one HubSpot record, given current data. Reads from HubSpot and writes nothing. For admins.',
    args: {
      objectType: t.arg({
        type: ObjectTypeEnum,
        required: true,
        defaultValue: 'CONTACT',
        description: 'Type of the record.',
      }),
      externalId: t.arg.string({ required: true, description: 'Id of the HubSpot contact or company.' }),
    },
    // The list, its size, the properties, the owners, the record, its membership, and its companies. Not all of them are
    // always needed.
    extensions: { cost: callCost(6) },
    resolve: (_root, { objectType, externalId }, { sync, viewer, closing }) =>
      explainSync(sync, viewer, objectType, externalId, closing),
  }),
)
