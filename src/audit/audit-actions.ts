/** What can be in the audit log, with a description for people. */
export const auditActions = {
  HUBSPOT_CONNECTED: 'An admin logged in to HubSpot.',
  HUBSPOT_DISCONNECTED: 'An admin disconnected HubSpot.',
  SETTINGS_CHANGED: 'The settings of the sync were changed. The detail `fields` names them.',
  MAPPINGS_CHANGED: 'The field mappings were replaced.',
  CUSTOM_FIELD_CREATED: 'A custom field was added.',
  CUSTOM_FIELD_CHANGED: 'A custom field was renamed, or its options were changed.',
  CUSTOM_FIELD_DELETED: 'A custom field and its values were deleted.',
  SYNC_STARTED: 'A run was started by hand.',
  SYNC_PAUSED: 'The sync was paused.',
  SYNC_RESUMED: 'The sync was resumed.',
  SYNC_CANCELLED: 'A run was cancelled.',
  ERROR_RETRIED: 'The record of a sync error was synced again.',
  ERROR_LINKED: 'The record of a sync error was linked to a contact or account.',
  ERROR_IGNORED: 'The record of a sync error was excluded from the sync.',
  ERRORS_RETRIED:
    'The records of many sync errors were synced again. The details have the filter and, as `errors`, the number of errors.',
  ERRORS_LINKED: 'The records of many sync errors were linked. The detail `errors` has the number of errors.',
  ERRORS_IGNORED:
    'The records of many sync errors were excluded from the sync. The details have the filter and, as `errors`, the number of errors.',
  CONTACT_ERASED: "A person's data was erased. The detail `externalIds` has the HubSpot contact ids.",
  CONTACTS_EXPORTED: 'Somebody requested an export of contacts. The detail `format` has its format.',
  ERRORS_EXPORTED: 'An admin requested an export of sync errors. The detail `format` has its format.',
  MEMBER_INVITED: 'Somebody got access to the workspace. The detail `role` has the role.',
  MEMBER_ROLE_CHANGED: 'The role of a member was changed. The detail `role` has the new role.',
  MEMBER_REMOVED: "A member's access to the workspace ended.",
  MACHINE_USER_CREATED: 'A machine user and its first API token were created.',
  TOKEN_CREATED: 'An API token was created. The detail `scopes` has its scopes.',
  TOKEN_REVOKED: 'An API token was revoked.',
  WORKSPACE_CREATED: 'The operator created the workspace.',
  WORKSPACE_EXPORTED: 'The operator exported everything that is stored about the workspace.',
  PLAN_CHANGED: 'The operator moved the workspace to another plan. The detail `plan` has it.',
} as const

export type AuditAction = keyof typeof auditActions
