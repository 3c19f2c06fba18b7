import { builder } from './builder.ts'

export const ViewerRoleType = builder.enumType('ViewerRole', {
  description: 'The role of a user in the workspace.',
  values: {
    MEMBER: { description: 'Reads and edits contacts and accounts.' },
    WORKSPACE_ADMIN: { description: 'Also configures and controls the sync of this workspace.' },
    COMPANY_ADMIN: { description: 'Has the rights of WORKSPACE_ADMIN in every workspace of the organization.' },
  },
} as const)
