import { builder } from './builder.ts'

export const TokenScopeEnum = builder.enumType('TokenScope', {
  description: "A right that an API token has, if its user's role has it too.",
  values: {
    READ: { description: 'Queries and subscriptions that do not require an admin.' },
    WRITE: { description: 'Mutations that do not require an admin. They return what they changed without READ.' },
    ADMIN: { description: 'Queries, fields, mutations, and subscriptions that require an admin.' },
  },
} as const)
