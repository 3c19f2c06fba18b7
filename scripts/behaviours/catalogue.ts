/**
 * What the system does, one sentence per number. Tests and commits cite the numbers. docs/behaviours.md lists the
 * tests.
 */
export const behaviours: readonly { readonly title: string; readonly sentences: Readonly<Record<string, string>> }[] = [
  {
    title: 'Purpose and data flow',
    sentences: {
      B1: 'The sync only reads from HubSpot and never writes a record there.',
      B2: 'One query shows a synced contact with all of its mapped values; the look-up by handle serves an inbox.',
      B3: 'A contact shows its account, an account its contacts.',
      B4: '`contactSuggestions` ranks prefix and substring hits on name and handle, and stays fast at a million contacts.',
      B5: 'Contacts are filtered by any custom field and by account.',
      B6: 'Changes of contacts are published by `contactChanged`.',
      B7: 'Synced contacts are shared with every member of the workspace.',
      B8: "A teammate's private contact is never matched, changed, linked or shown to others by the sync.",
    },
  },
  {
    title: 'Schedule and triggering',
    sentences: {
      B9: 'An active sync starts by itself every 24 hours.',
      B10: 'An admin starts a run at any time; the mutation enqueues a job and returns the run at once.',
      B11: 'A start while a run is under way returns that run; there are never two at once.',
      B12: 'A manual run resets the next automatic time, and `nextRunAt` tells it.',
      B13: 'Any number of replicas keeps one schedule; a time missed while all were down is made up for once.',
      B14: '`trigger` and `triggeredBy` tell runs apart.',
    },
  },
  {
    title: 'Connecting HubSpot',
    sentences: {
      B15: 'Nothing is configured or started before HubSpot is connected.',
      B16: 'Logging out and in again renews the log-in and loses no settings, mappings or links.',
      B17: 'Credentials that HubSpot refuses end the run as NEEDS_RECONNECT, undo nothing, and the sync goes on after the log-in.',
      B18: 'Missing scopes are named; another portal is refused unless confirmed.',
    },
  },
  {
    title: 'Permissions and plan',
    sentences: {
      B19: 'Only workspace and company admins connect, configure, start, pause and edit.',
      B20: "A workspace admin acts in their own workspaces, a company admin in all of the organization's; members read contacts.",
      B21: 'Set-up and start need the Growth plan or above and say so.',
      B22: 'A downgrade stops the schedule and keeps everything; an upgrade goes on.',
    },
  },
  {
    title: 'Settings: toggles and contact source',
    sentences: {
      B23: 'Accounts and contacts are switched on and off independently.',
      B24: 'The contact source is one of FROM_SYNCED_ACCOUNTS and FROM_LIST.',
      B25: 'FROM_SYNCED_ACCOUNTS needs the accounts sync, both ways.',
      B26: 'FROM_SYNCED_ACCOUNTS syncs exactly the contacts of synced companies, each with its account.',
      B27: 'FROM_LIST syncs exactly the members of the chosen contact list; lists are offered to pick from.',
      B28: 'A contact gets the account of its primary company, else of its lowest synced one, and is processed once a run.',
      B29: 'A workspace holds a limited number of linked contacts: the lowest HubSpot ids enter, one error tells how many are left out, and room that departures free is used in the same run.',
    },
  },
  {
    title: 'Field mapping',
    sentences: {
      B30: 'Only mapped fields are written.',
      B31: 'First and last name merge into the name.',
      B32: 'Unknown targets and incompatible types are refused on saving.',
      B33: 'Two properties may not feed one single-valued target.',
      B34: "Values are converted by type: options give their label, an owner's id the owner's name, numbers stay exact. A value that does not convert, or is too long, is an error of that field alone.",
      B35: 'Removing a mapping keeps the last value; adding one back-fills every contact in scope.',
      B36: 'A property emptied in HubSpot empties the mapped field.',
    },
  },
  {
    title: 'Start, edit, pause',
    sentences: {
      B37: 'Saving settings starts nothing.',
      B38: 'Pausing stops the run at its next page and keeps what was written; resuming goes on there.',
      B39: 'An edit during a run does not change it: a run records its settings. A run can be cancelled.',
    },
  },
  {
    title: 'What a synced record shows',
    sentences: {
      B40: 'A contact says when it was last synced; every successful run that saw it advances that time.',
      B41: 'Each synced field names its property and where to edit it in HubSpot.',
      B42: 'A local write to a HubSpot-owned field is refused with that URL; others survive every sync.',
    },
  },
  {
    title: 'Matching',
    sentences: {
      B43: 'Linking sets `externalId`, unique in its workspace.',
      B44: 'Rule 1: a contact with that `externalId` is updated, without a handle search.',
      B45: 'Rule 2: otherwise a shared contact with a same handle is looked for, if a handle field is mapped.',
      B46: 'Rule 2a: found and not linked, it is updated and linked.',
      B47: 'Rule 2b: found and linked elsewhere, the HubSpot contact is skipped with an error that names all three.',
      B48: 'Rule 3: none found, one is created and linked.',
      B49: 'Handles are compared normalised, the same way in the sync, in look-ups and in local writes: an extension belongs to its number, a phone without a digit is no handle, invisible characters are dropped. Handles that the sync wrote follow HubSpot; local ones stay.',
      B50: 'A handle conflict skips the whole contact.',
      B51: 'Of two HubSpot contacts with one handle the lower id wins. Skipped ones are tried again until nothing moves, and get what a departure frees.',
      B52: 'Applying the same state twice changes nothing and writes next to nothing.',
    },
  },
  {
    title: 'Errors',
    sentences: {
      B53: 'One bad record never stops a run.',
      B54: 'Errors are grouped and listed with their resolution; a lasting one is one row, and clears by itself.',
      B55: 'Whoever started a run with errors gets one mail about them.',
      B56: 'A single record is retried, linked or ignored within seconds.',
    },
  },
  {
    title: 'Deletion, scope, merges',
    sentences: {
      B57: 'A contact deleted in HubSpot stays as SOURCE_DELETED, also one that was OUT_OF_SCOPE before, and syncs again when restored. A record that an answer leaves out in silence is asked for again, and is then an error.',
      B58: 'One that leaves the scope stays as OUT_OF_SCOPE and comes back by rule 1. A list that HubSpot is still building tells of no departure.',
      B59: 'A merge links the contact to the new id; look-ups by the old ids still find it.',
      B60: 'A contact deleted here is created again by the next run, unless its HubSpot id was excluded.',
      B61: 'A privacy deletion erases the personal data held of that contact.',
    },
  },
  {
    title: 'API exposure',
    sentences: {
      B62: 'Contacts are fetched by `externalId`, one or many, and by ids that were merged away, also while the record they were merged into is skipped.',
      B63: 'Contacts are created, updated and deleted through the API, and a handle in use names its holder.',
    },
  },
  {
    title: 'Accounts',
    sentences: {
      B64: 'All HubSpot companies are synced into accounts.',
      B65: 'Accounts match by `externalId` and domain; domains of free-mail providers neither match nor conflict.',
      B66: 'Accounts come first; a contact whose companies all failed waits for them, one with a synced company syncs with that one.',
      B67: 'An association removed in HubSpot detaches what the sync attached; manual attachments stay, also against another account from HubSpot.',
    },
  },
  {
    title: 'Progress',
    sentences: {
      B68: 'A subscription streams progress, the present state first, and completes after one terminal event.',
      B69: 'Counts never go backwards, and the six outcomes add up to what was processed.',
      B70: 'A run goes on while the API restarts, and a reconnecting dashboard sees it.',
    },
  },
  {
    title: 'Live updates',
    sentences: {
      B71: 'With live updates on, what changes in HubSpot shows through the API within seconds, without a run over everything. Off by default.',
      B72: 'Events are hints: doubled, shuffled, late, forged or lost ones leave, after the next run, what no events would have left. A wrong or old signature is refused.',
      B73: 'Freshness is data: lag, backlog and the time of the last event are in the API.',
    },
  },
  {
    title: 'Invariants, whenever nothing is running',
    sentences: {
      I1: 'Each HubSpot contact in scope has a linked contact with equal mapped values, or an open error.',
      I2: '(workspace, externalId) and (workspace, handle) are unique among shared contacts.',
      I3: 'The sync deleted no contact.',
      I4: 'Unmapped and local fields are unchanged.',
      I5: 'Nothing was written to HubSpot.',
      I6: 'Progress is monotonic, with one terminal event.',
      I7: 'The counts add up.',
      I8: 'The final state does not depend on page size, number of workers, or crashes.',
    },
  },
]
