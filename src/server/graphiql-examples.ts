interface Example {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
}

/** The initial tabs of GraphiQL: examples for front ends, admins, and dashboards. */
export const examples: readonly Example[] = [
  {
    query: `# Finds the sender of a message: a contact by one of its handles.
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
    query: `# Returns a page of contacts. Pass endCursor as $after to get the next page.
query Contacts($after: String) {
  contacts(first: 20, after: $after) {
    nodes { id externalId name handles { value } }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    query: `# Returns the settings of the sync. For admins.
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
    query: `# Starts a run, or returns the run in progress. For admins.
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
    query: `# Follows the progress of every run.
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
    query: `# Lists the problems that prevent contacts from being synced, and how to resolve them. For admins.
query Errors {
  syncErrorSummary { title count resolution }
  syncErrors(first: 20) {
    nodes { message hubspotUrl contact { name } lastSeenAt }
  }
}
`,
  },
]
