import { findConnection } from '../connection/find-connection.ts'
import type { SyncSettings } from '../generated/prisma/client.ts'
import { MappingTarget } from '../generated/prisma/enums.ts'
import type { HubSpotList as List } from '../hubspot/portal.ts'
import { getSyncSettings } from '../sync/settings/get-sync-settings.ts'
import { problemOfSaved } from '../sync/settings/mapping-rules.ts'
import { nextAutomaticRun } from '../sync/settings/next-run-at.ts'
import { setFieldMappings } from '../sync/settings/set-field-mappings.ts'
import { updateSyncSettings } from '../sync/settings/update-sync-settings.ts'
import { NotFoundError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { HubSpotList } from './hubspot-list.ts'
import { ObjectTypeEnum } from './object-type.ts'
import { together } from './support/ask-together.ts'
import { callCost, sharesCall } from './support/call-cost.ts'
import { cost } from './support/field-cost.ts'
import type { Pickers } from './support/pickers.ts'
import { type ReadProblem, type ValueOrProblem, valueOrProblem } from './support/value-or-problem.ts'
import { hubspotErrors, syncAdminErrors } from './user-error.ts'

const ContactSourceEnum = builder.enumType('ContactSource', {
  description: 'The source of the contacts to sync.',
  values: {
    FROM_SYNCED_ACCOUNTS: { description: 'Contacts of the companies that are synced as accounts.' },
    FROM_LIST: { description: 'Members of one HubSpot list.' },
  },
})

const LiveUpdatesEnum = builder.enumType('LiveUpdates', {
  description: 'How changes in HubSpot reach the workspace between scheduled runs.',
  values: {
    OFF: { description: 'Not at all. The next run picks them up.' },
    WEBHOOKS: {
      description:
        'HubSpot sends changes to POST /webhooks/hubspot within seconds. HubSpot must be able to reach that address.',
    },
    JOURNAL: {
      description:
        "The server reads changes from HubSpot's webhooks journal. It does not have to be reachable from outside.",
    },
  },
})

const MappingTargetEnum = builder.enumType('MappingTarget', {
  description: 'The field that the value of a HubSpot property is written to.',
  values: {
    [MappingTarget.NAME]: { description: 'The full name.' },
    [MappingTarget.FIRST_NAME]: { description: 'The first name. The full name is composed of first and last name.' },
    [MappingTarget.LAST_NAME]: { description: 'The last name. The full name is composed of first and last name.' },
    [MappingTarget.DESCRIPTION]: { description: 'The description.' },
    [MappingTarget.EMAIL]: { description: 'An email handle.' },
    [MappingTarget.PHONE]: { description: 'A phone handle.' },
    [MappingTarget.LINK]: { description: 'A web link.' },
    [MappingTarget.DOMAIN]: { description: 'A domain. Accounts only.' },
    [MappingTarget.CUSTOM_FIELD]: { description: 'The custom field given in `customField`.' },
  },
})

const ReadProblemType = builder.objectRef<ReadProblem>('ReadProblem').implement({
  description: 'Why something could not be read from HubSpot. Other fields are not affected.',
  fields: (t) => ({
    code: t.exposeString('code', {
      description: 'Stable code: NOT_CONNECTED, HUBSPOT_UNAVAILABLE, BUSY, or NOT_FOUND.',
    }),
    message: t.exposeString('message', {
      description: 'Explanation for people: what went wrong and what to do about it.',
    }),
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
      nullable: true,
      description: 'Number of seconds after which to try again. Null if it is not known.',
    }),
  }),
})

const FieldMapping = builder.prismaObject('FieldMapping', {
  name: 'FieldMapping',
  description: 'A HubSpot property and the field that it fills.',
  fields: (t) => ({
    property: t.exposeString('hubspotProperty', { description: 'Internal name of the HubSpot property.' }),
    target: t.expose('target', { type: MappingTargetEnum, description: 'Field that the value is written to.' }),
    customField: t.relation('customField', { nullable: true, description: 'The custom field. For CUSTOM_FIELD only.' }),
    problem: t.string({
      nullable: true,
      description:
        'Why the property no longer fills the field and what to do about it, for people: HubSpot deleted the property or changed its type. Null if there is no problem, or if HubSpot could not be asked.',
      select: { workspaceId: true, objectType: true, hubspotProperty: true, target: true, customField: true },
      extensions: { cost: 5, ...sharesCall },
      resolve: async (mapping, _args, context, info) => {
        const { workspaceId, objectType, hubspotProperty: property, target, customField } = mapping
        const type = objectType === 'CONTACT' ? 'contacts' : 'companies'
        const { value: properties } = await together(context, info, { objectType }, () =>
          valueOrProblem(() => context.pickers.properties(workspaceId, type)),
        )
        return properties === null ? null : problemOfSaved({ property, target, customField }, properties)
      },
    }),
  }),
})

/** Concurrent reads of the chosen list share one call. */
function readList({ workspaceId, listId }: SyncSettings, pickers: Pickers): Promise<ValueOrProblem<List | null>> {
  return valueOrProblem(async () => {
    if (listId === null) return null
    const list = await pickers.list(workspaceId, listId)
    if (list !== null) return list
    throw new NotFoundError(`HubSpot list ${listId} no longer exists. Choose another list with updateSyncSettings.`)
  })
}

export const SyncSettingsType = builder.node(builder.objectRef<SyncSettings>('SyncSettings'), {
  description:
    'The settings of the sync. Saving them does not start a run, and a run in progress keeps the settings that it started with.',
  id: { resolve: ({ workspaceId }) => workspaceId },
  loadOne: (id, { database, viewer: { workspaceId } }) =>
    id === workspaceId ? getSyncSettings(database.prisma, workspaceId) : null,
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'Number that increases with every edit. 0 before the first edit.' }),
    contactsEnabled: t.exposeBoolean('contactsEnabled', { description: 'True if contacts are synced.' }),
    accountsEnabled: t.exposeBoolean('accountsEnabled', { description: 'True if accounts are synced.' }),
    contactSource: t.expose('contactSource', {
      type: ContactSourceEnum,
      nullable: true,
      description: 'Source of the contacts to sync. Null until it is chosen.',
    }),
    listId: t.exposeString('listId', { nullable: true, description: 'Id of the HubSpot list. For FROM_LIST only.' }),
    list: t.field({
      type: HubSpotList,
      nullable: true,
      description:
        'The list as HubSpot showed it at most 10 seconds ago. Null if none is chosen, or for the reason in `listProblem`.',
      extensions: { cost: callCost(2) },
      resolve: async (settings, _args, { pickers }) => (await readList(settings, pickers)).value,
    }),
    listProblem: t.field({
      type: ReadProblemType,
      nullable: true,
      description:
        'Why `list` is null although a list is chosen: HubSpot could not be asked, or the list was deleted. Null if there is no problem.',
      extensions: { cost: callCost(2) },
      resolve: async (settings, _args, { pickers }) => (await readList(settings, pickers)).problem,
    }),
    defaultPhoneRegion: t.exposeString('defaultPhoneRegion', {
      description: 'ISO 3166 region for phone numbers without a country code.',
    }),
    liveUpdates: t.expose('liveUpdates', {
      type: LiveUpdatesEnum,
      description:
        'How changes in HubSpot reach the workspace between scheduled runs. Takes effect after the first start.',
    }),
    departureLimitPercent: t.exposeInt('departureLimitPercent', {
      description:
        'Percentage. A run pauses if more than this share of the synced records, and more than ten, are gone from HubSpot or from the source. `resumeSync` confirms and continues.',
    }),
    mappings: t.prismaField({
      type: [FieldMapping],
      description: 'Mapped properties. If several contain a handle, their order decides which handle comes first.',
      extensions: cost({ items: 20 }),
      args: {
        objectType: t.arg({
          type: ObjectTypeEnum,
          required: true,
          defaultValue: 'CONTACT',
          description: 'Whether contacts or accounts.',
        }),
      },
      resolve: (query, { workspaceId }, { objectType }, { database }) =>
        database.prisma.fieldMapping.findMany({
          ...query,
          where: { workspaceId, objectType },
          orderBy: { position: 'asc' },
        }),
    }),
    isPaused: t.exposeBoolean('isPaused', { description: 'True if an admin paused the sync.' }),
    activatedAt: t.expose('activatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time of the last start. Null until the sync is started for the first time.',
    }),
    nextRunAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Time of the next scheduled run: 24 hours after the last start. Null before the first start, and while no run can start: the sync is paused, turned off, or not included in the plan, or HubSpot is not connected.',
      resolve: async (settings, _args, { database, viewer }) => {
        const connection = await findConnection({ database }, settings.workspaceId)
        return nextAutomaticRun(settings, viewer.plan, connection?.status ?? null)
      },
    }),
    updatedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Time of the last edit. Null before the first edit.',
      resolve: ({ version, updatedAt }) => (version === 0 ? null : updatedAt),
    }),
  }),
})

const UpdateSyncSettingsPayload = settingsPayload('UpdateSyncSettingsPayload', 'The updated settings.')
const SetFieldMappingsPayload = settingsPayload('SetFieldMappingsPayload', 'The settings with the new mappings.')

function settingsPayload(name: string, description: string) {
  return builder.objectRef<SyncSettings>(name).implement({
    description,
    fields: (t) => ({
      syncSettings: t.field({ type: SyncSettingsType, description: 'The settings.', resolve: (settings) => settings }),
    }),
  })
}

const UpdateSyncSettingsInput = builder.inputType('UpdateSyncSettingsInput', {
  description: 'Changes to the sync settings. An omitted setting stays as it is.',
  fields: (t) => ({
    contactsEnabled: t.boolean({ description: 'True if contacts are synced.' }),
    accountsEnabled: t.boolean({ description: 'True if accounts are synced.' }),
    contactSource: t.field({ type: ContactSourceEnum, description: 'Source of the contacts to sync.' }),
    listId: t.string({ description: 'Id of a HubSpot contact list, from `hubspotLists`. For FROM_LIST only.' }),
    liveUpdates: t.field({
      type: LiveUpdatesEnum,
      description:
        'How changes in HubSpot reach the workspace between scheduled runs. The daily run continues with every setting.',
    }),
    departureLimitPercent: t.int({
      description:
        'Percentage from 1 to 100. If more than this share of the synced records is gone, the run pauses until an admin confirms. 100 turns the check off.',
    }),
    defaultPhoneRegion: t.string({
      description: 'ISO 3166 region for phone numbers without a country code, for example US.',
    }),
  }),
})

const FieldMappingInput = builder.inputType('FieldMappingInput', {
  description: 'A HubSpot property and the field that it fills.',
  fields: (t) => ({
    property: t.string({
      required: true,
      description: 'Internal name of the HubSpot property, from `hubspotProperties`.',
    }),
    target: t.field({ type: MappingTargetEnum, required: true, description: 'Field that the value is written to.' }),
    customField: t.string({ description: 'Key of the custom field, from `customFields`. For CUSTOM_FIELD only.' }),
  }),
})

builder.queryField('syncSettings', (t) =>
  t.field({
    type: SyncSettingsType,
    nullable: true,
    description: 'Settings of the sync. For admins.',
    resolve: (_root, _args, { database, viewer }) => getSyncSettings(database.prisma, viewer.workspaceId),
  }),
)

builder.mutationFields((t) => ({
  updateSyncSettings: t.field({
    type: UpdateSyncSettingsPayload,
    nullable: true,
    description: 'Changes the sync settings. Does not start a run. For admins.',
    args: { input: t.arg({ type: UpdateSyncSettingsInput, required: true }) },
    errors: { types: [...syncAdminErrors, ...hubspotErrors] },
    extensions: { cost: callCost(2) },
    resolve: (_root, { input }, { sync, viewer }) => updateSyncSettings(sync, viewer, input),
  }),
  setFieldMappings: t.field({
    type: SetFieldMappingsPayload,
    nullable: true,
    description:
      'Replaces all mappings. Fields that are no longer mapped keep their last values. Does not start a run. For admins.',
    args: {
      objectType: t.arg({
        type: ObjectTypeEnum,
        required: true,
        defaultValue: 'CONTACT',
        description: 'Whether contacts or accounts.',
      }),
      mappings: t.arg({
        type: [FieldMappingInput],
        required: true,
        description: 'Complete list of mappings, in order.',
      }),
    },
    errors: { types: [...syncAdminErrors, ...hubspotErrors] },
    extensions: { cost: callCost(1) },
    resolve: (_root, { objectType, mappings }, { sync, viewer }) =>
      setFieldMappings(sync, viewer, objectType, mappings),
  }),
}))
