import { completeValue } from '@pothos/core'
import { LinkState, type ObjectType } from '../generated/prisma/enums.ts'
import { hubspotRecordUrl } from '../hubspot/record-url.ts'
import { hasSource } from '../records/synced-fields.ts'
import { lastSyncedAt } from '../sync/runs/last-synced-at.ts'
import { builder } from './builder.ts'
import { cost } from './support/field-cost.ts'
import { ahead } from './support/read-once.ts'

export const LinkStateEnum = builder.enumType('HubSpotLinkState', {
  description: 'The relationship between a contact or account and the HubSpot record it was synced from.',
  values: {
    [LinkState.ACTIVE]: { description: 'The record follows HubSpot.' },
    [LinkState.SOURCE_DELETED]: { description: 'The HubSpot record was deleted. Our record keeps its last values.' },
    [LinkState.OUT_OF_SCOPE]: {
      description: 'The HubSpot record is no longer in the selected source. Our record keeps its last values.',
    },
    [LinkState.MERGED_AWAY]: {
      description: 'The HubSpot record was merged into another one. Our record keeps its last values.',
    },
  },
})

interface SyncedFieldShape {
  readonly field: string
  readonly property: string
  readonly editUrl: string
}

const SyncedField = builder.objectRef<SyncedFieldShape>('SyncedField').implement({
  description: 'A field whose value comes from HubSpot and is edited there.',
  fields: (t) => ({
    field: t.exposeString('field', {
      description:
        'Name of the field of Contact or Account, for example "name", or "customFields." followed by the key of a custom field.',
    }),
    property: t.exposeString('property', {
      description: 'Internal name of the HubSpot property that fills the field.',
    }),
    editUrl: t.exposeString('editUrl', { description: 'URL for editing the value in HubSpot.' }),
  }),
})

/** A row of a link table, with the type of its record. */
interface Link {
  readonly objectType: ObjectType
  readonly workspaceId: string
  readonly hubspotId: bigint
  readonly state: LinkState
  readonly isHeld: boolean
  readonly syncedAt: Date
}

export const HubSpotLink = builder.objectRef<Link>('HubSpotLink').implement({
  description: 'The link between a contact or account and its HubSpot record.',
  fields: (t) => ({
    recordId: t.string({
      description: 'Id of the HubSpot contact or company.',
      resolve: ({ hubspotId }) => String(hubspotId),
    }),
    url: t.string({
      nullable: true,
      description: 'URL of the HubSpot record.',
      extensions: ahead(({ reads, viewer }) => reads.connection(viewer.workspaceId)),
      resolve: ({ workspaceId, objectType, hubspotId }, _args, { reads }) =>
        completeValue(reads.connection(workspaceId), (connection) =>
          hubspotRecordUrl(connection, objectType, hubspotId),
        ),
    }),
    state: t.expose('state', { type: LinkStateEnum, description: 'State of the link.' }),
    lastSyncedAt: t.field({
      type: 'DateTime',
      description: 'Time at which the values were last confirmed to match HubSpot.',
      resolve: (link, _args, { reads }) =>
        completeValue(reads.origin(link.workspaceId, link.objectType), ({ lastRunFinishedAt }) =>
          lastSyncedAt(link, lastRunFinishedAt),
        ),
    }),
    fields: t.field({
      type: [SyncedField],
      description: 'Fields whose values come from HubSpot. All other fields are edited here.',
      extensions: cost({ items: 10 }),
      resolve: ({ workspaceId, objectType, hubspotId, state }, _args, { reads }) => {
        if (!hasSource(state)) return []
        return completeValue(reads.origin(workspaceId, objectType), ({ connection, fields }) => {
          const editUrl = hubspotRecordUrl(connection, objectType, hubspotId)
          return editUrl === null ? [] : fields.map((field) => ({ ...field, editUrl }))
        })
      },
    }),
  }),
})
