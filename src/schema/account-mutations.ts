import { deleteAccount } from '../accounts/delete-account.ts'
import { createAccount, updateAccount } from '../accounts/save-account.ts'
import { DomainTakenError, ForbiddenError, InvalidInputError } from '../user-errors.ts'
import { Account } from './account.ts'
import { builder } from './builder.ts'
import type { GraphQLContext } from './context.ts'
import { CustomFieldValueInput } from './custom-field-value.ts'
import { DeletedRecordType, recordErrors } from './record-errors.ts'
import { rowId } from './support/global-ids.ts'

const CreateAccountInput = builder.inputType('CreateAccountInput', {
  description: 'A new account.',
  fields: (t) => ({
    name: t.string({ description: 'Name, at most 500 characters.' }),
    description: t.string({ description: 'Free text, at most 50,000 characters.' }),
    domains: t.stringList({ description: 'Domains in any notation, none of a free-mail provider; at most 100.' }),
    customFields: t.field({ type: [CustomFieldValueInput], description: 'Values of custom fields.' }),
    externalId: t.string({
      description: 'HubSpot company id that it is to be linked with by the next run that meets it.',
    }),
  }),
})

const UpdateAccountInput = builder.inputType('UpdateAccountInput', {
  description: 'What is to change: what is left out stays, null empties.',
  fields: (t) => ({
    name: t.string({ description: 'Name, at most 500 characters.' }),
    description: t.string({ description: 'Free text, at most 50,000 characters.' }),
    domains: t.stringList({
      description: 'All of its domains; those that come from HubSpot must be among them. At most 100.',
    }),
    customFields: t.field({
      type: [CustomFieldValueInput],
      description: 'Values of custom fields; fields that are not named stay.',
    }),
    externalId: t.string({ description: 'HubSpot company id; cannot be changed while the account is linked.' }),
  }),
})

const idArg = { required: true, description: 'Global id of the account.' } as const

builder.mutationFields((t) => ({
  createAccount: t.field({
    type: Account,
    description: 'Creates an account.',
    args: { input: t.arg({ type: CreateAccountInput, required: true }) },
    errors: { types: [InvalidInputError, DomainTakenError] },
    resolve: async (_root, { input }, context) =>
      find(context, await createAccount(context.sync, context.viewer, input)),
  }),
  updateAccount: t.field({
    type: Account,
    description: 'Changes an account. Fields that HubSpot feeds are refused with where they are edited.',
    args: { id: t.arg.globalID(idArg), input: t.arg({ type: UpdateAccountInput, required: true }) },
    errors: { types: [...recordErrors, DomainTakenError] },
    resolve: async (_root, { id, input }, context) => {
      const accountId = rowId(id, 'Account')
      await updateAccount(context.sync, context.viewer, accountId, input)
      return find(context, accountId)
    },
  }),
  deleteAccount: t.field({
    type: DeletedRecordType,
    description:
      'Deletes an account; its contacts stay. If it is linked, the next run creates it again, unless it is excluded from the sync as well.',
    args: {
      id: t.arg.globalID(idArg),
      excludeFromSync: t.arg.boolean({
        defaultValue: false,
        description: 'Has the sync leave its HubSpot company alone from now on. For admins.',
      }),
    },
    errors: { types: [...recordErrors, ForbiddenError] },
    resolve: async (_root, { id, excludeFromSync }, { sync, viewer }) => {
      const accountId = rowId(id, 'Account')
      await deleteAccount(sync, viewer, accountId, { excludeFromSync: excludeFromSync === true })
      return { typename: 'Account' as const, id: accountId }
    },
  }),
}))

function find({ database, viewer }: GraphQLContext, id: string) {
  return database.prisma.account.findUniqueOrThrow({ where: { id, workspaceId: viewer.workspaceId } })
}
