import { builder } from './builder.ts'
import { HubSpotLink } from './hubspot-link.ts'

interface SyncedRecordShape {
  readonly id: string
  readonly name: string
  readonly externalId: string | null
}

/** What contacts and accounts have in common, for whatever may refer to either. */
export const SyncedRecord = builder.interfaceRef<SyncedRecordShape>('SyncedRecord').implement({
  description: 'A contact or an account.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name, empty where none is known.' }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: 'Id of the HubSpot record that it is linked to.',
    }),
    // Either type has its own way to it.
    hubspot: t.field({
      type: HubSpotLink,
      nullable: true,
      description: 'What ties it to HubSpot; null for what was never synced.',
      resolve: () => null,
    }),
  }),
})
