import type { SyncSettings } from '../generated/prisma/client.ts'
import { MappingTarget } from '../generated/prisma/enums.ts'
import { askPortal } from '../sync/settings/ask-portal.ts'
import { getSyncSettings } from '../sync/settings/get-sync-settings.ts'
import { nextAutomaticRun } from '../sync/settings/next-run-at.ts'
import { setFieldMappings } from '../sync/settings/set-field-mappings.ts'
import { updateSyncSettings } from '../sync/settings/update-sync-settings.ts'
import { builder } from './builder.ts'
import { HubSpotList } from './hubspot-list.ts'
import { ObjectTypeEnum } from './object-type.ts'
import { cost } from './support/field-cost.ts'
import { hubspotErrors, syncAdminErrors } from './user-error.ts'

const ContactSourceEnum = builder.enumType('ContactSource', {
  description: 'Which HubSpot contacts are synced.',
  values: {
    FROM_SYNCED_ACCOUNTS: { description: 'Those of companies that are synced as accounts.' },
    FROM_LIST: { description: 'The members of one HubSpot list.' },
  },
})

const LiveUpdatesEnum = builder.enumType('LiveUpdates', {
  description: 'How changes in HubSpot reach the store between the runs.',
  values: {
    OFF: { description: 'Not at all: the next run brings them.' },
    WEBHOOKS: { description: 'HubSpot sends them, within seconds. It must be able to reach POST /webhooks/hubspot.' },
    JOURNAL: {
      description: "They are pulled from HubSpot's webhooks journal; nothing need be reachable from outside.",
    },
  },
})

const MappingTargetEnum = builder.enumType('MappingTarget', {
  description: 'Where the value of a HubSpot property goes.',
  values: {
    [MappingTarget.NAME]: { description: 'The whole name.' },
    [MappingTarget.FIRST_NAME]: { description: 'The first part of the name, which is merged from both.' },
    [MappingTarget.LAST_NAME]: { description: 'The last part of the name, which is merged from both.' },
    [MappingTarget.DESCRIPTION]: { description: 'The description.' },
    [MappingTarget.EMAIL]: { description: 'A handle: e-mail address.' },
    [MappingTarget.PHONE]: { description: 'A handle: phone number.' },
    [MappingTarget.LINK]: { description: 'One of the links.' },
    [MappingTarget.DOMAIN]: { description: 'A domain, of accounts alone.' },
    [MappingTarget.CUSTOM_FIELD]: { description: 'The custom field that is named beside it.' },
  },
})

const FieldMapping = builder.prismaObject('FieldMapping', {
  name: 'FieldMapping',
  description: 'A HubSpot property and the field that it feeds.',
  fields: (t) => ({
    property: t.exposeString('hubspotProperty', { description: "HubSpot's internal name of the property." }),
    target: t.expose('target', { type: MappingTargetEnum, description: 'Where its value goes.' }),
    customField: t.relation('customField', { nullable: true, description: 'The custom field, for CUSTOM_FIELD.' }),
  }),
})

export const SyncSettingsType = builder.node(builder.objectRef<SyncSettings>('SyncSettings'), {
  description: 'How the sync is set up. Saving it starts nothing, and a run under way keeps what it started with.',
  id: { resolve: ({ workspaceId }) => workspaceId },
  loadOne: (id, { database, viewer: { workspaceId } }) =>
    id === workspaceId ? getSyncSettings(database.prisma, workspaceId) : null,
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'Rises with every edit; 0 before the first.' }),
    contactsEnabled: t.exposeBoolean('contactsEnabled', { description: 'Whether contacts are synced.' }),
    accountsEnabled: t.exposeBoolean('accountsEnabled', { description: 'Whether accounts are synced.' }),
    contactSource: t.expose('contactSource', {
      type: ContactSourceEnum,
      nullable: true,
      description: 'Which contacts are synced; null until it is chosen.',
    }),
    listId: t.exposeString('listId', { nullable: true, description: 'Id of the HubSpot list, for FROM_LIST.' }),
    list: t.field({
      type: HubSpotList,
      nullable: true,
      description: 'The list as HubSpot knows it now; null where it was deleted.',
      resolve: ({ workspaceId, listId }, _args, { sync }) =>
        listId === null ? null : askPortal(sync, workspaceId, (portal) => portal.getList(listId)),
    }),
    defaultPhoneRegion: t.exposeString('defaultPhoneRegion', {
      description: 'ISO 3166 region in which national phone numbers are read.',
    }),
    liveUpdates: t.expose('liveUpdates', {
      type: LiveUpdatesEnum,
      description: 'How changes reach the store between the runs, once the sync was started.',
    }),
    departureLimitPercent: t.exposeInt('departureLimitPercent', {
      description:
        'In percent: a run that finds more than this share of the synced records (and more than ten) gone from HubSpot or from the source pauses until resumeSync confirms it.',
    }),
    mappings: t.prismaField({
      type: [FieldMapping],
      description: 'The mapped properties, in the order that decides among several handles.',
      extensions: cost({ items: 20 }),
      args: {
        objectType: t.arg({ type: ObjectTypeEnum, required: true, defaultValue: 'CONTACT', description: 'Of what.' }),
      },
      resolve: (query, { workspaceId }, { objectType }, { database }) =>
        database.prisma.fieldMapping.findMany({
          ...query,
          where: { workspaceId, objectType },
          orderBy: { position: 'asc' },
        }),
    }),
    isPaused: t.exposeBoolean('isPaused', { description: 'Whether an admin paused the sync.' }),
    activatedAt: t.expose('activatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Last start; null until the sync was started for the first time.',
    }),
    nextRunAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the next run starts by itself: 24 hours after the last start. Null before the first start, and while the sync is paused, switched off or above the plan.',
      resolve: (settings, _args, { viewer }) => nextAutomaticRun(settings, viewer.plan),
    }),
    updatedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Last change; null before the first.',
      resolve: ({ version, updatedAt }) => (version === 0 ? null : updatedAt),
    }),
  }),
})

const UpdateSyncSettingsPayload = settingsPayload('UpdateSyncSettingsPayload', 'The changed settings.')
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
  description: 'What is to change; what is left out stays as it is.',
  fields: (t) => ({
    contactsEnabled: t.boolean({ description: 'Whether contacts are synced.' }),
    accountsEnabled: t.boolean({ description: 'Whether accounts are synced.' }),
    contactSource: t.field({ type: ContactSourceEnum, description: 'Which contacts are synced.' }),
    listId: t.string({ description: 'Id of a HubSpot contact list (see hubspotLists), for FROM_LIST.' }),
    liveUpdates: t.field({
      type: LiveUpdatesEnum,
      description: 'How changes reach the store between the runs; the daily run goes on in any case.',
    }),
    departureLimitPercent: t.int({
      description: 'In percent, from 1 to 100: more departures than this share hold a run; 100 never does.',
    }),
    defaultPhoneRegion: t.string({ description: 'ISO 3166 region in which national phone numbers are read, e.g. US.' }),
  }),
})

const FieldMappingInput = builder.inputType('FieldMappingInput', {
  description: 'A HubSpot property and the field that it is to feed.',
  fields: (t) => ({
    property: t.string({
      required: true,
      description: "HubSpot's internal name of the property (see hubspotProperties).",
    }),
    target: t.field({ type: MappingTargetEnum, required: true, description: 'Where its value goes.' }),
    customField: t.string({ description: 'Key of the custom field (see customFields), for CUSTOM_FIELD alone.' }),
  }),
})

builder.queryField('syncSettings', (t) =>
  t.field({
    type: SyncSettingsType,
    nullable: true,
    description: 'How the sync is set up. For admins.',
    resolve: (_root, _args, { database, viewer }) => getSyncSettings(database.prisma, viewer.workspaceId),
  }),
)

builder.mutationFields((t) => ({
  updateSyncSettings: t.field({
    type: UpdateSyncSettingsPayload,
    nullable: true,
    description: 'Changes toggles and contact source. Starts nothing. For admins.',
    args: { input: t.arg({ type: UpdateSyncSettingsInput, required: true }) },
    errors: { types: [...syncAdminErrors, ...hubspotErrors] },
    resolve: (_root, { input }, { sync, viewer }) => updateSyncSettings(sync, viewer, input),
  }),
  setFieldMappings: t.field({
    type: SetFieldMappingsPayload,
    nullable: true,
    description: 'Replaces the mappings; what is no longer mapped keeps its last values. Starts nothing. For admins.',
    args: {
      objectType: t.arg({ type: ObjectTypeEnum, required: true, defaultValue: 'CONTACT', description: 'Of what.' }),
      mappings: t.arg({ type: [FieldMappingInput], required: true, description: 'All mappings, in order.' }),
    },
    errors: { types: [...syncAdminErrors, ...hubspotErrors] },
    resolve: (_root, { objectType, mappings }, { sync, viewer }) =>
      setFieldMappings(sync, viewer, objectType, mappings),
  }),
}))
