interface Example {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
}

/** What GraphiQL shows first, a tab each: for front ends, for admins and for dashboards. */
export const examples: readonly Example[] = [
  {
    query: `# Who sent this? A contact by one of its handles.
query WhoSentThis($email: String!) {
  contact(by: { handle: { source: EMAIL, value: $email } }) {
    name
    handles { source value }
    account { name }
    customFields { name value }
    hubspot { url lastSyncedAt fields { field editUrl } }
  }
}
`,
    variables: { email: 'ada@example.com' },
  },
  {
    query: `# A page of contacts; pass endCursor as $after for the next one.
query Contacts($after: String) {
  contacts(first: 20, after: $after) {
    nodes { id externalId name handles { value } }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    query: `# How the sync is set up. For admins.
query SetUp {
  hubspotConnection { status portalId connectedAt }
  syncSettings {
    contactsEnabled
    accountsEnabled
    contactSource
    listId
    mappings { property target customField { key } }
    isPaused
    nextRunAt
  }
}
`,
  },
  {
    query: `# Starts a run, or finds the one under way. For admins.
mutation Start {
  startSync {
    __typename
    ... on StartSyncPayload { syncRun { id status } }
    ... on UserError { code message }
  }
}
`,
  },
  {
    query: `# Progress of every run, live.
subscription Progress {
  syncProgress {
    id
    status
    phase
    progress { processed total created updated unchanged linked skipped failed ratePerSecond etaSeconds }
  }
}
`,
  },
  {
    query: `# What keeps contacts from being synced, and what to do about it. For admins.
query Errors {
  syncErrorSummary { title count resolution }
  syncErrors(first: 20) {
    nodes { message hubspotUrl contact { name } lastSeenAt }
  }
}
`,
  },
]
