import { builder } from './builder.ts'

export const RunTriggerEnum = builder.enumType('SyncTrigger', {
  description: 'What started a run.',
  values: {
    MANUAL: { description: 'A user started it.' },
    SCHEDULED: { description: 'The schedule started it. A run starts every 24 hours.' },
    WEBHOOK: { description: 'HubSpot reported a change.' },
    RECONNECTED: {
      description: 'A user logged in to HubSpot again, so a run that had failed for lack of access started over.',
    },
  },
})

export const RunStatusEnum = builder.enumType('SyncRunStatus', {
  description: 'The status of a run. The last four are final.',
  values: {
    QUEUED: { description: 'Waiting for a worker.' },
    RUNNING: { description: 'In progress.' },
    PAUSED: { description: 'Paused, by an admin or for a reason given in `holdReason`. `resumeSync` continues it.' },
    THROTTLED: { description: 'Waiting until HubSpot accepts calls again.' },
    COMPLETED: { description: 'Everything was synced.' },
    COMPLETED_WITH_ERRORS: { description: 'Everything was synced except the records listed in `errors`.' },
    FAILED: { description: 'Ended early; `failure` tells why. Records that were already written stay.' },
    CANCELLED: { description: 'Ended by an admin. Records that were already written stay.' },
  },
})

export const RunPhaseEnum = builder.enumType('SyncRunPhase', {
  description: 'The phase of a run.',
  values: {
    PREPARING: { description: 'Checking the settings, the list, and the properties.' },
    SYNCING_ACCOUNTS: { description: 'Syncing companies.' },
    SETTLING_ACCOUNTS: { description: 'Updating the state of accounts whose company is gone from HubSpot.' },
    RETRYING_ACCOUNTS: { description: 'Retrying companies whose domain was taken.' },
    COLLECTING_CONTACTS: { description: 'Collecting the contacts of synced accounts.' },
    SYNCING_CONTACTS: { description: 'Syncing contacts.' },
    SETTLING_CONTACTS: { description: 'Updating the state of contacts that are no longer in the selected source.' },
    RETRYING_CONTACTS: { description: 'Retrying contacts whose handle was taken.' },
    FINISHED: { description: 'Finished.' },
  },
})

export const RunScopeEnum = builder.enumType('SyncScope', {
  description: 'The set of records that a run processes.',
  values: {
    ALL: { description: 'Every record in the selected source.' },
    RECORDS: { description: 'Single records, which HubSpot reported as changed or an admin retried.' },
    PREVIEW: {
      description:
        'Every record in the selected source, as a dry run: it shows what a start would do and writes nothing.',
    },
  },
})
