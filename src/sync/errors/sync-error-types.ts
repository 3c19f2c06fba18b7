import type { SyncErrorType } from '../../generated/prisma/enums.ts'

export interface SyncErrorDescription {
  readonly title: string
  /** What the admin can do about it. */
  readonly resolution: string
}

/** The text that people read about each type of error (§10 of the behaviours). */
export const syncErrorTypes: Readonly<Record<SyncErrorType, SyncErrorDescription>> = {
  MISSING_HANDLE: {
    title: 'Contacts do not include an email or phone',
    resolution: 'For each affected contact, include at least one handle (such as an email or a phone) in HubSpot.',
  },
  EMAIL_TAKEN: {
    title: 'Emails are already taken by another contact',
    resolution: 'For each affected contact, check the email in HubSpot and replace it with a unique one.',
  },
  PHONE_TAKEN: {
    title: 'Phone numbers are already taken by another contact',
    resolution: 'For each affected contact, check the phone in HubSpot and replace it with a unique one.',
  },
  ACCOUNT_NOT_SYNCED: {
    title: 'Contacts wait for their account',
    resolution: 'View and fix the account sync errors, then restart the contact sync.',
  },
  HUBSPOT_FIELD_NOT_FOUND: {
    title: 'HubSpot property not found',
    resolution: 'In the sync settings, choose another HubSpot property for the field.',
  },
  HUBSPOT_LIST_NOT_FOUND: {
    title: 'HubSpot list not found',
    resolution: 'In the sync settings, choose another HubSpot list.',
  },
  INVALID_VALUE: {
    title: 'Values do not fit their field',
    resolution: 'Correct the value in HubSpot, or map the property to a field of another type.',
  },
  LIMIT_EXCEEDED: {
    title: 'The workspace has reached its limit of synced contacts',
    resolution: 'Choose a smaller list in the sync settings.',
  },
  DOMAIN_TAKEN: {
    title: 'Domains are already taken by another account',
    resolution: 'For each affected company, check the domain in HubSpot and replace it with a unique one.',
  },
  MANY_DEPARTURES: {
    title: 'Unusually many records left the sync',
    resolution:
      'If this is right, resume the sync and confirm. If not, cancel the run, correct the list in HubSpot, and start again.',
  },
  AUTHORIZATION: {
    title: 'HubSpot rejects the connection',
    resolution: 'Log in to HubSpot again in the sync settings. The sync then starts again by itself.',
  },
  HUBSPOT_UNAVAILABLE: {
    title: 'HubSpot does not answer',
    resolution: 'Check the status of HubSpot, then start the sync again. No data is lost by waiting.',
  },
  NOT_PROCESSABLE: {
    title: 'Records could not be processed',
    resolution:
      'Check the record in HubSpot. The usual cause is a very long text: shorten it, then retry the record. If the whole run ended, give the message to your operator.',
  },
  UNEXPECTED: {
    title: 'Contacts could not be processed',
    resolution: 'Start the sync again. If the problem persists, give the message to your operator.',
  },
}
