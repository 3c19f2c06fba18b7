import { LinkState } from '../generated/prisma/enums.ts'
import { hubspotRecordUrl } from '../hubspot/record-url.ts'
import { lastSyncedAt } from '../sync/last-synced-at.ts'
import { builder } from './builder.ts'
import type { ContactOrigin } from './support/shared-reads.ts'

const LinkStateEnum = builder.enumType('HubSpotLinkState', {
  description: 'How a contact stands to the HubSpot contact that it was synced from.',
  values: {
    [LinkState.ACTIVE]: { description: 'It follows HubSpot.' },
    [LinkState.SOURCE_DELETED]: { description: 'Deleted in HubSpot; it keeps its last values.' },
    [LinkState.OUT_OF_SCOPE]: { description: 'No longer in the list that is synced; it keeps its last values.' },
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
      description: 'Name of the field of Contact, e.g. "name"; of a custom field "customFields." and its key.',
    }),
    property: t.exposeString('property', { description: "HubSpot's internal name of the property that feeds it." }),
    editUrl: t.exposeString('editUrl', { description: 'Where the value is edited in HubSpot.' }),
  }),
})

export const HubSpotLink = builder.prismaObject('ContactLink', {
  name: 'HubSpotLink',
  description: 'What ties a contact to HubSpot.',
  fields: (t) => ({
    id: t.string({ description: 'The HubSpot contact id.', resolve: ({ hubspotId }) => String(hubspotId) }),
    url: t.string({
      nullable: true,
      description: 'Where the HubSpot contact is seen and edited.',
      resolve: async ({ workspaceId, hubspotId }, _args, { reads }) =>
        hubspotRecordUrl(await reads.connection(workspaceId), 'CONTACT', hubspotId),
    }),
    state: t.expose('state', { type: LinkStateEnum, description: 'Whether it still follows HubSpot.' }),
    lastSyncedAt: t.field({
      type: 'DateTime',
      description: 'When its values were last confirmed to be those of HubSpot.',
      resolve: async (link, _args, { reads }) =>
        lastSyncedAt(link, (await reads.contactOrigin(link.workspaceId)).lastRunFinishedAt),
    }),
    fields: t.field({
      type: [SyncedField],
      description: 'The fields that come from HubSpot; all others are edited here.',
      resolve: async ({ workspaceId, hubspotId, state }, _args, { reads }) => {
        const origin = await reads.contactOrigin(workspaceId)
        const editUrl = hubspotRecordUrl(origin.connection, 'CONTACT', hubspotId)
        const hasSource = state === 'ACTIVE' || state === 'OUT_OF_SCOPE'
        return hasSource && editUrl !== null ? syncedFields(origin, editUrl) : []
      },
    }),
  }),
})

function syncedFields({ mappings }: ContactOrigin, editUrl: string): SyncedFieldShape[] {
  return mappings.map(({ target, customField, hubspotProperty }) => {
    const field = target === 'CUSTOM_FIELD' ? `customFields.${customField?.key}` : fieldOfTarget[target]
    return { field, property: hubspotProperty, editUrl }
  })
}

const fieldOfTarget = {
  NAME: 'name',
  FIRST_NAME: 'name',
  LAST_NAME: 'name',
  DESCRIPTION: 'description',
  EMAIL: 'handles',
  PHONE: 'handles',
  LINK: 'links',
  DOMAIN: 'domains',
} as const
