/** HubSpot's ids of the types of records that are synced: contacts, and companies as accounts. */
export const hubspotTypeIds = { CONTACT: '0-1', ACCOUNT: '0-2' } as const
