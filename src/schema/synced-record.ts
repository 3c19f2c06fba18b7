import { builder } from './builder.ts'
import { HubSpotLink } from './hubspot-link.ts'

interface SyncedRecordShape {
  readonly id: string
  readonly name: string
  readonly externalId: string | null
}

/** The fields that contacts and accounts have in common, for code that refers to either. */
export const SyncedRecord = builder.interfaceRef<SyncedRecordShape>('SyncedRecord').implement({
  description: 'A contact or an account.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name. Empty if unknown.' }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: 'Id of the HubSpot record that it is linked to.',
    }),
    // Each type resolves it differently.
    hubspot: t.field({
      type: HubSpotLink,
      nullable: true,
      description: 'Link to HubSpot. Null if the record was never synced.',
      resolve: () => null,
    }),
  }),
})
