import type { AccessRule } from '../auth/permissions.ts'

/**
 * Who may what (B19, B20, B21). A line for each field of Query, Mutation and Subscription and for each object type; a
 * field that is narrower than its type has a line of its own. Connections and edges follow their node's type. The schema
 * is not built while a line is missing or names nothing.
 *
 * Without valid credentials nothing is answered at all; which rows of the workspace a member sees is decided where they
 * are read (`visibleContacts`).
 */
export const accessRules: Readonly<Record<string, AccessRule>> = {
  'Query.node': 'member',
  'Query.nodes': 'member',
  'Query.viewer': 'member',
  'Query.contact': 'member',
  'Query.contacts': 'member',
  'Query.contactsByExternalId': 'member',
  'Query.account': 'member',
  'Query.accounts': 'member',
  'Query.customFields': 'member',
  'Query.hubspotConnection': 'admin',
  'Query.hubspotLists': 'admin',
  'Query.hubspotProperties': 'admin',
  'Query.syncSettings': 'admin',
  'Query.syncRun': 'member',
  'Query.syncRuns': 'member',
  'Query.syncErrors': 'admin',
  'Query.syncErrorSummary': 'admin',

  'Mutation.createApiToken': 'member',
  'Mutation.revokeApiToken': 'member',
  'Mutation.createCustomField': 'admin',
  'Mutation.connectHubSpot': 'syncAdmin',
  'Mutation.disconnectHubSpot': 'admin',
  'Mutation.updateSyncSettings': 'syncAdmin',
  'Mutation.setFieldMappings': 'syncAdmin',
  'Mutation.startSync': 'syncAdmin',
  'Mutation.pauseSync': 'syncAdmin',
  'Mutation.resumeSync': 'syncAdmin',
  'Mutation.cancelSyncRun': 'syncAdmin',

  'Subscription.syncProgress': 'member',
  'Subscription.syncErrorRaised': 'admin',
  'Subscription.contactChanged': 'member',

  Viewer: 'member',
  User: 'member',
  Workspace: 'member',
  ApiToken: 'member',
  CreatedApiToken: 'member',
  Contact: 'member',
  ContactHandle: 'member',
  ContactChange: 'member',
  HubSpotLink: 'member',
  SyncedField: 'member',
  Account: 'member',
  CustomField: 'member',
  CustomFieldValue: 'member',
  HubSpotConnection: 'admin',
  HubSpotLogin: 'admin',
  HubSpotList: 'admin',
  HubSpotProperty: 'admin',
  HubSpotPropertyOption: 'admin',
  SyncSettings: 'admin',
  FieldMapping: 'admin',
  SyncRun: 'member',
  'SyncRun.errors': 'admin',
  SyncProgress: 'member',
  SyncFailure: 'member',
  SyncError: 'admin',
  SyncErrorSummary: 'admin',
  PageInfo: 'member',

  InputProblem: 'member',
  ForbiddenError: 'member',
  PlanRequiredError: 'member',
  InvalidInputError: 'member',
  NotFoundError: 'member',
  NotConnectedError: 'member',
  HubSpotUnavailableError: 'member',
  SyncStateError: 'member',
}
