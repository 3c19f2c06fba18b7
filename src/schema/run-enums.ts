import { builder } from './builder.ts'

export const RunTriggerEnum = builder.enumType('SyncTrigger', {
  description: 'What started a run.',
  values: {
    MANUAL: { description: 'Somebody started it.' },
    SCHEDULED: { description: 'It was time: a run starts every 24 hours.' },
    WEBHOOK: { description: 'HubSpot told of a change.' },
    RECONNECTED: {
      description: 'Somebody logged in to HubSpot again, so a run that had ended for lack of access started over.',
    },
  },
})

export const RunStatusEnum = builder.enumType('SyncRunStatus', {
  description: 'How a run stands. The last four are final.',
  values: {
    QUEUED: { description: 'Waits for a worker.' },
    RUNNING: { description: 'A worker is at it.' },
    PAUSED: { description: 'Stopped by an admin; resumeSync takes it up where it stands.' },
    THROTTLED: { description: 'Waits until HubSpot takes calls again.' },
    COMPLETED: { description: 'Everything is synced.' },
    COMPLETED_WITH_ERRORS: { description: 'Everything is synced but what the errors name.' },
    FAILED: { description: 'Ended early for the reason in `failure`; what it wrote stays.' },
    CANCELLED: { description: 'Ended by an admin; what it wrote stays.' },
  },
})

export const RunPhaseEnum = builder.enumType('SyncRunPhase', {
  description: 'What a run is at.',
  values: {
    PREPARING: { description: 'Looks at settings, list and properties.' },
    SYNCING_ACCOUNTS: { description: 'Works through the companies.' },
    SETTLING_ACCOUNTS: { description: 'Looks after accounts whose company is gone from HubSpot.' },
    RETRYING_ACCOUNTS: { description: 'Gives companies whose domain was taken another chance.' },
    COLLECTING_CONTACTS: { description: 'Gathers the contacts of the synced accounts.' },
    SYNCING_CONTACTS: { description: 'Works through the contacts.' },
    SETTLING_CONTACTS: { description: 'Looks after contacts that are no longer in scope.' },
    RETRYING_CONTACTS: { description: 'Gives contacts whose handle was taken another chance.' },
    FINISHED: { description: 'Does nothing more.' },
  },
})

export const RunScopeEnum = builder.enumType('SyncScope', {
  description: 'How much a run works through.',
  values: {
    ALL: { description: 'Everything in scope.' },
    RECORDS: { description: 'Single records, which HubSpot told of or which an admin had tried again.' },
    PREVIEW: { description: 'Everything in scope, to see what a start would do. Writes nothing.' },
  },
})
