import { LinkState, type ObjectType } from '../generated/prisma/enums.ts'
import { hubspotRecordUrl } from '../hubspot/record-url.ts'
import { hasSource } from '../records/synced-fields.ts'
import { lastSyncedAt } from '../sync/runs/last-synced-at.ts'
import { builder } from './builder.ts'
import { cost } from './support/field-cost.ts'

export const LinkStateEnum = builder.enumType('HubSpotLinkState', {
  description: 'How a contact or account stands to the HubSpot record that it was synced from.',
  values: {
    [LinkState.ACTIVE]: { description: 'It follows HubSpot.' },
    [LinkState.SOURCE_DELETED]: { description: 'Deleted in HubSpot; it keeps its last values.' },
    [LinkState.OUT_OF_SCOPE]: { description: 'No longer among what is synced; it keeps its last values.' },
    [LinkState.MERGED_AWAY]: { description: 'Merged into another one in HubSpot; it keeps its last values.' },
  },
})

interface SyncedFieldShape {
  readonly field: string
  readonly property: string
  readonly editUrl: string
}

const SyncedField = builder.objectRef<SyncedFieldShape>('SyncedField').implement({
  description: 'A field that comes from HubSpot and is edited there.',
  fields: (t) => ({
    field: t.exposeString('field', {
      description:
        'Name of the field of Contact or Account, e.g. "name"; of a custom field "customFields." and its key.',
    }),
    property: t.exposeString('property', { description: "HubSpot's internal name of the property that feeds it." }),
    editUrl: t.exposeString('editUrl', { description: 'Where the value is edited in HubSpot.' }),
  }),
})

/** A row of either link table, and which of the two. */
interface Link {
  readonly objectType: ObjectType
  readonly workspaceId: string
  readonly hubspotId: bigint
  readonly state: LinkState
  readonly isHeld: boolean
  readonly syncedAt: Date
}

export const HubSpotLink = builder.objectRef<Link>('HubSpotLink').implement({
  description: 'What ties a contact or account to HubSpot.',
  fields: (t) => ({
    recordId: t.string({
      description: 'Id of the HubSpot contact or company.',
      resolve: ({ hubspotId }) => String(hubspotId),
    }),
    url: t.string({
      nullable: true,
      description: 'Where the HubSpot record is seen and edited.',
      resolve: async ({ workspaceId, objectType, hubspotId }, _args, { reads }) =>
        hubspotRecordUrl(await reads.connection(workspaceId), objectType, hubspotId),
    }),
    state: t.expose('state', { type: LinkStateEnum, description: 'Whether it still follows HubSpot.' }),
    lastSyncedAt: t.field({
      type: 'DateTime',
      description: 'When its values were last confirmed to be those of HubSpot.',
      resolve: async (link, _args, { reads }) =>
        lastSyncedAt(link, (await reads.origin(link.workspaceId, link.objectType)).lastRunFinishedAt),
    }),
    fields: t.field({
      type: [SyncedField],
      description: 'The fields that come from HubSpot; all others are edited here.',
      extensions: cost({ items: 10 }),
      resolve: async ({ workspaceId, objectType, hubspotId, state }, _args, { reads }) => {
        if (!hasSource(state)) return []
        const { connection, fields } = await reads.origin(workspaceId, objectType)
        const editUrl = hubspotRecordUrl(connection, objectType, hubspotId)
        return editUrl === null ? [] : fields.map((field) => ({ ...field, editUrl }))
      },
    }),
  }),
})
