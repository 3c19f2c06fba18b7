import { deleteAccount } from '../accounts/delete-account.ts'
import { createAccount, updateAccount } from '../accounts/save-account.ts'
import { DomainTakenError, NotFoundError } from '../user-errors.ts'
import { Account } from './account.ts'
import { builder } from './builder.ts'
import { CustomFieldValueInput } from './custom-field-value.ts'
import { deletionPayload } from './deletion-payload.ts'
import { recordErrors } from './record-errors.ts'
import { createOnce, repeatableByUser } from './support/client-mutation-id.ts'
import { encodeGlobalId, rowId } from './support/global-ids.ts'

const CreateAccountInput = builder.inputType('CreateAccountInput', {
  description: 'A new account.',
  fields: (t) => ({
    name: t.string({ description: 'Name. At most 500 characters.' }),
    description: t.string({ description: 'Free text. At most 50,000 characters.' }),
    domains: t.stringList({
      description: 'Domains, in any notation. Domains of free email providers are rejected. At most 100.',
    }),
    customFields: t.field({ type: [CustomFieldValueInput], description: 'Values of custom fields.' }),
    externalId: t.string({
      description: 'HubSpot company id. The next run that finds that HubSpot company links it to this account.',
    }),
  }),
})

const UpdateAccountInput = builder.inputType('UpdateAccountInput', {
  description: 'Changes to an account. An omitted field stays as it is; null clears a field.',
  fields: (t) => ({
    name: t.string({ description: 'Name. At most 500 characters.' }),
    description: t.string({ description: 'Free text. At most 50,000 characters.' }),
    domains: t.stringList({
      description: 'Complete list of domains. It must include the domains that come from HubSpot. At most 100.',
    }),
    customFields: t.field({
      type: [CustomFieldValueInput],
      description: 'Values of custom fields. Omitted custom fields stay as they are.',
    }),
    externalId: t.string({ description: 'HubSpot company id. Cannot be changed while the account is linked.' }),
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
    args: {
      input: t.arg({ type: CreateAccountInput, required: true }),
      clientMutationId: t.arg.string(repeatableByUser),
    },
    errors: { types: [DomainTakenError, NotFoundError] },
    resolve: (_root, { input, clientMutationId: key }, context) => {
      const { database, sync, viewer } = context
      return createOnce(
        context,
        { mutation: 'createAccount', key },
        (keep) => createAccount(sync, viewer, input, keep),
        async (id, { workspaceId }) => {
          const where = { id, workspaceId }
          return (await database.prisma.account.findUnique({ where, select: { id: true } }))?.id ?? null
        },
      )
    },
  }),
  updateAccount: t.field({
    type: UpdateAccountPayload,
    nullable: true,
    description: 'Changes an account. Rejects fields that come from HubSpot and returns the URL for editing them.',
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
      'Deletes an account. Its contacts stay. The next run creates a linked account again, unless the account is also excluded from the sync.',
    args: {
      id: t.arg.globalID(idArg),
      excludeFromSync: t.arg.boolean({
        defaultValue: false,
        description: 'If true, the sync ignores the HubSpot company from now on. For admins.',
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
