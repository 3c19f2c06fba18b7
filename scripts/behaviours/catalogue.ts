/**
 * What the system does, one sentence per number. Tests and commits cite the numbers. docs/behaviours.md lists the
 * tests.
 */
export const behaviours: readonly { readonly title: string; readonly sentences: Readonly<Record<string, string>> }[] = [
  {
    title: 'Purpose and data flow',
    sentences: {
      B1: 'The sync only reads from HubSpot and never writes a record there.',
      B2: 'A single query returns a synced contact with all of its mapped values; the look-up by handle serves an inbox.',
      B3: 'A contact shows its account, and an account shows its contacts.',
      B4: '`contactSuggestions` ranks prefix and substring matches of names and handles, and stays fast with a million contacts.',
      B5: 'Contacts can be filtered by any custom field and by account.',
      B6: '`contactChanged` publishes changes of contacts.',
      B7: 'Synced contacts are shared with every member of the workspace.',
      B8: "A teammate's private contact is never matched, changed, linked, or shown to others by the sync.",
    },
  },
  {
    title: 'Schedule and triggering',
    sentences: {
      B9: 'An active sync starts by itself every 24 hours.',
      B10: 'An admin can start a run at any time; the mutation enqueues a job and returns the run immediately.',
      B11: 'A start while a run is in progress returns that run; there are never two at the same time.',
      B12: 'A manual run resets the time of the next automatic run, which `nextRunAt` shows.',
      B13: 'Any number of replicas follow one schedule; a due time that was missed while all were down is made up for once.',
      B14: '`trigger` and `triggeredBy` tell runs apart.',
    },
  },
  {
    title: 'Connecting HubSpot',
    sentences: {
      B15: 'Nothing can be configured or started before HubSpot is connected.',
      B16: 'Logging out and in again renews the log-in and keeps settings, mappings, and links.',
      B17: 'If HubSpot rejects the credentials, the run ends, the connection becomes NEEDS_RECONNECT, nothing is undone, and the sync continues after the log-in.',
      B18: 'Missing scopes are named; another portal is rejected unless confirmed.',
    },
  },
  {
    title: 'Permissions and plan',
    sentences: {
      B19: 'Only workspace admins and company admins can connect, configure, start, pause, and edit.',
      B20: 'A workspace admin acts in their own workspaces, a company admin in all workspaces of the organization; members read contacts.',
      B21: 'Setting up and starting require the Growth plan or a higher one, and say so.',
      B22: 'A downgrade stops the schedule and keeps everything; after an upgrade, the schedule continues.',
    },
  },
  {
    title: 'Settings: toggles and contact source',
    sentences: {
      B23: 'Accounts and contacts are turned on and off independently.',
      B24: 'The contact source is either FROM_SYNCED_ACCOUNTS or FROM_LIST.',
      B25: 'FROM_SYNCED_ACCOUNTS requires the sync of accounts: neither can be saved without the other.',
      B26: 'FROM_SYNCED_ACCOUNTS syncs exactly the contacts of synced companies, each with its account.',
      B27: 'FROM_LIST syncs exactly the members of the chosen contact list; the API offers the lists.',
      B28: 'A contact gets the account of its primary company, or else of its lowest synced one, and is processed once per run.',
      B29: 'A workspace holds a limited number of linked contacts: the lowest HubSpot ids are linked, a single error says how many are left out, and room that departures free is used in the same run.',
    },
  },
  {
    title: 'Field mapping',
    sentences: {
      B30: 'Only mapped fields are written.',
      B31: 'First and last name are joined into the name.',
      B32: 'Unknown targets and incompatible types are rejected when mappings are saved.',
      B33: 'Two properties cannot feed the same single-valued target.',
      B34: "Values are converted by type: options become their label, an owner's id becomes the owner's name, and numbers stay exact. A value that does not convert, or is too long, is an error of that field only.",
      B35: 'Removing a mapping keeps the last value; adding one back-fills every contact in scope.',
      B36: 'A property that is emptied in HubSpot empties the mapped field.',
    },
  },
  {
    title: 'Start, edit, pause',
    sentences: {
      B37: 'Saving settings starts nothing.',
      B38: 'Pausing stops the run at its next page and keeps what was written; resuming continues from there.',
      B39: 'An edit during a run does not affect the run, which records its settings. A run can be cancelled.',
    },
  },
  {
    title: 'What a synced record shows',
    sentences: {
      B40: 'A contact shows when it was last synced; every successful run that saw it advances that time.',
      B41: 'Each synced field names its property and where to edit it in HubSpot.',
      B42: 'A local write to a HubSpot-owned field is rejected with that URL; writes to other fields survive every sync.',
    },
  },
  {
    title: 'Matching',
    sentences: {
      B43: 'Linking sets `externalId`, which is unique in its workspace.',
      B44: 'Rule 1: a contact with that `externalId` is updated, without a handle search.',
      B45: 'Rule 2: otherwise, if a handle field is mapped, a shared contact with the same handle is searched for.',
      B46: 'Rule 2a: if it is found and not linked, it is updated and linked.',
      B47: 'Rule 2b: if it is found and linked to another HubSpot contact, the contact is skipped with an error that names all three.',
      B48: 'Rule 3: if none is found, a contact is created and linked.',
      B49: 'Handles are normalised before they are compared, in the same way in the sync, in look-ups, and in local writes: an extension belongs to its number, a phone without a digit is not a handle, and invisible characters are dropped. Handles that the sync wrote follow HubSpot; local ones stay.',
      B50: 'A handle conflict skips the whole contact.',
      B51: 'If two HubSpot contacts have the same handle, the lower id wins. Skipped contacts are retried until nothing moves, and get handles that departures free.',
      B52: 'Applying the same state twice changes nothing and writes almost nothing.',
    },
  },
  {
    title: 'Errors',
    sentences: {
      B53: 'One bad record never stops a run.',
      B54: 'Errors are grouped and listed with their resolution; a lasting problem is a single row, and resolves by itself.',
      B55: 'Whoever started a run with errors gets one email about them.',
      B56: 'A single record can be retried, linked, or ignored within seconds.',
    },
  },
  {
    title: 'Deletion, scope, merges',
    sentences: {
      B57: 'A contact that is deleted in HubSpot stays as SOURCE_DELETED, even if it was OUT_OF_SCOPE before, and syncs again when it is restored. A record that an answer silently omits is requested again, and then becomes an error.',
      B58: 'A contact that leaves the scope stays as OUT_OF_SCOPE and comes back by rule 1. A list that HubSpot is still building proves no departure.',
      B59: 'A merge links the contact to the new id; look-ups by the old ids still find the contact.',
      B60: 'A contact deleted here is created again by the next run unless its HubSpot id is excluded.',
      B61: 'A privacy deletion erases the stored personal data of that contact.',
    },
  },
  {
    title: 'API exposure',
    sentences: {
      B62: 'Contacts can be fetched by `externalId`, one or many, and by ids that were merged into another record, even while that record is skipped.',
      B63: 'Contacts can be created, updated, and deleted through the API; if a handle is in use, the error names its holder.',
    },
  },
  {
    title: 'Accounts',
    sentences: {
      B64: 'All HubSpot companies are synced into accounts.',
      B65: 'Accounts match by `externalId` and domain; domains of free-mail providers neither match nor conflict.',
      B66: 'Accounts come first. A contact whose companies all failed waits for them; a contact with a synced company syncs with that company.',
      B67: 'An association that is removed in HubSpot detaches an account that the sync attached. A manually attached account stays, even if HubSpot has a different one.',
    },
  },
  {
    title: 'Progress',
    sentences: {
      B68: 'A subscription streams progress, beginning with the current state, and completes after a single final event.',
      B69: 'Counts never fall, and the six outcomes add up to the number of processed records.',
      B70: 'A run continues while the API restarts, and a dashboard that reconnects sees it.',
    },
  },
  {
    title: 'Live updates',
    sentences: {
      B71: 'With live updates on, changes in HubSpot appear in the API within seconds, without a full run. Off by default.',
      B72: 'Events are hints: if they are duplicated, shuffled, late, forged, or lost, the state after the next run is the same as without any events. A wrong or old signature is rejected.',
      B73: 'The API shows freshness: lag, backlog, and the time of the last event.',
    },
  },
  {
    title: 'Invariants, whenever nothing is running',
    sentences: {
      I1: 'Each HubSpot contact in scope has a linked contact with equal mapped values, or an open error.',
      I2: '(workspace, externalId) and (workspace, handle) are unique among shared contacts.',
      I3: 'The sync has deleted no contact.',
      I4: 'Unmapped and local fields are unchanged.',
      I5: 'Nothing has been written to HubSpot.',
      I6: 'Progress is monotonic and ends with a single final event.',
      I7: 'The counts add up.',
      I8: 'The final state does not depend on page size, number of workers, or crashes.',
    },
  },
]
