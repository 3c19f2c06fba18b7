import { deleteAccount } from '../accounts/delete-account.ts'
import { createAccount, updateAccount } from '../accounts/save-account.ts'
import { DomainTakenError } from '../user-errors.ts'
import { Account } from './account.ts'
import { builder } from './builder.ts'
import { CustomFieldValueInput } from './custom-field-value.ts'
import { deletionPayload } from './deletion-payload.ts'
import { recordErrors } from './record-errors.ts'
import { encodeGlobalId, rowId } from './support/global-ids.ts'

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

const CreateAccountPayload = accountPayload('CreateAccountPayload', 'A new account.')
const UpdateAccountPayload = accountPayload('UpdateAccountPayload', 'A changed account.')
const DeleteAccountPayload = deletionPayload('DeleteAccountPayload', 'A deleted account.')

/** `Shape` is the account's row id. */
function accountPayload(name: string, description: string) {
  return builder.objectRef<string>(name).implement({
    description,
    fields: (t) => ({
      account: t.prismaField({
        type: Account,
        description: 'The account.',
        resolve: (query, id, _args, { database, viewer: { workspaceId } }) =>
          database.prisma.account.findUniqueOrThrow({ ...query, where: { id, workspaceId } }),
      }),
    }),
  })
}

const idArg = { required: true, description: 'Global id of the account.' } as const

builder.mutationFields((t) => ({
  createAccount: t.field({
    type: CreateAccountPayload,
    nullable: true,
    description: 'Creates an account.',
    args: { input: t.arg({ type: CreateAccountInput, required: true }) },
    errors: { types: [DomainTakenError] },
    resolve: (_root, { input }, { sync, viewer }) => createAccount(sync, viewer, input),
  }),
  updateAccount: t.field({
    type: UpdateAccountPayload,
    nullable: true,
    description: 'Changes an account. Fields that HubSpot feeds are refused with where they are edited.',
    args: { id: t.arg.globalID(idArg), input: t.arg({ type: UpdateAccountInput, required: true }) },
    errors: { types: [...recordErrors, DomainTakenError] },
    resolve: async (_root, { id, input }, { sync, viewer }) => {
      const accountId = rowId(id, 'Account')
      await updateAccount(sync, viewer, accountId, input)
      return accountId
    },
  }),
  deleteAccount: t.field({
    type: DeleteAccountPayload,
    nullable: true,
    description:
      'Deletes an account; its contacts stay. If it is linked, the next run creates it again, unless it is excluded from the sync as well.',
    args: {
      id: t.arg.globalID(idArg),
      excludeFromSync: t.arg.boolean({
        defaultValue: false,
        description: 'Has the sync leave its HubSpot company alone from now on. For admins.',
      }),
    },
    errors: { types: recordErrors },
    resolve: async (_root, { id, excludeFromSync }, { sync, viewer }) => {
      const accountId = rowId(id, 'Account')
      await deleteAccount(sync, viewer, accountId, { excludeFromSync: excludeFromSync === true })
      return encodeGlobalId('Account', accountId)
    },
  }),
}))
