import type { ErrorDetails, TakenHandle as StoredTaken } from '../sync/matching/error-details.ts'
import { Account } from './account.ts'
import { builder } from './builder.ts'
import { HandleSourceEnum } from './contact-handle.ts'
import { Contact } from './contact-ref.ts'
import { findAccount, findContact } from './support/find-record.ts'

type Details<Kind extends ErrorDetails['kind']> = Extract<ErrorDetails, { kind: Kind }>

const heldByHubspotId = {
  nullable: true,
  description: 'Id of the HubSpot record that the holder was linked to when the problem was last found.',
} as const

const TakenHandle = builder.objectRef<StoredTaken & { readonly source: 'EMAIL' | 'PHONE' }>('TakenHandle').implement({
  description: 'A handle of a HubSpot contact that another contact has.',
  fields: (t) => ({
    source: t.expose('source', { type: HandleSourceEnum, description: 'Type of the handle.' }),
    value: t.exposeString('value', { description: 'The handle, in normalized form.' }),
    heldBy: t.field({
      type: Contact,
      nullable: true,
      description: 'Contact that had the handle when the problem was last found. Null if it was deleted.',
      resolve: ({ heldById }, _args, context, info) => findContact(context, info, heldById),
    }),
    heldByHubspotId: t.exposeString('heldByHubspotId', heldByHubspotId),
  }),
})

const TakenDomain = builder.objectRef<StoredTaken>('TakenDomain').implement({
  description: 'A domain of a HubSpot company that another account has.',
  fields: (t) => ({
    domain: t.exposeString('value', { description: 'The domain, in normalized form.' }),
    heldBy: t.field({
      type: Account,
      nullable: true,
      description: 'Account that had the domain when the problem was last found. Null if it was deleted.',
      resolve: ({ heldById }, _args, context, info) => findAccount(context, info, heldById),
    }),
    heldByHubspotId: t.exposeString('heldByHubspotId', heldByHubspotId),
  }),
})

const HandleTakenDetails = builder.objectRef<Details<'handle-taken'>>('HandleTakenDetails').implement({
  description: 'Details of EMAIL_TAKEN and PHONE_TAKEN.',
  fields: (t) => ({
    handle: t.field({
      type: TakenHandle,
      description: 'The handle that the error is about.',
      resolve: ({ handles }) => handlesOf(handles)[0] as ReturnType<typeof handlesOf>[number],
    }),
    takenHandles: t.field({
      type: [TakenHandle],
      description: 'All handles of the HubSpot contact that other contacts have, beginning with `handle`.',
      resolve: ({ handles }) => handlesOf(handles),
    }),
  }),
})

function handlesOf(handles: readonly StoredTaken[]) {
  return handles.flatMap((handle) =>
    handle.source === 'DOMAIN' ? [] : { ...handle, source: handle.source as 'EMAIL' | 'PHONE' },
  )
}

const DomainTakenDetails = builder.objectRef<Details<'handle-taken'>>('DomainTakenDetails').implement({
  description: 'Details of DOMAIN_TAKEN.',
  fields: (t) => ({
    domain: t.field({
      type: TakenDomain,
      description: 'The domain that the error is about.',
      resolve: ({ handles }) => handles[0] as StoredTaken,
    }),
    takenDomains: t.field({
      type: [TakenDomain],
      description: 'All domains of the HubSpot company that other accounts have, beginning with `domain`.',
      resolve: ({ handles }) => handles,
    }),
  }),
})

const property = { description: 'Internal name of the HubSpot property.' } as const
const fields = {
  description:
    'Fields that the property feeds: names of fields of Contact or Account, or "customFields." followed by the key of a custom field.',
} as const

const InvalidValueDetails = builder.objectRef<Details<'invalid-value'>>('InvalidValueDetails').implement({
  description: 'Details of INVALID_VALUE.',
  fields: (t) => ({
    property: t.exposeString('property', property),
    value: t.exposeString('value', { description: 'Value in HubSpot. At most its first 1,000 characters.' }),
    fields: t.exposeStringList('fields', fields),
  }),
})

const FieldNotFoundDetails = builder.objectRef<Details<'field-not-found'>>('FieldNotFoundDetails').implement({
  description: 'Details of HUBSPOT_FIELD_NOT_FOUND.',
  fields: (t) => ({
    property: t.exposeString('property', property),
    fields: t.exposeStringList('fields', fields),
  }),
})

const ManyDeparturesDetails = builder.objectRef<Details<'departures'>>('ManyDeparturesDetails').implement({
  description: 'Details of MANY_DEPARTURES.',
  fields: (t) => ({
    departed: t.exposeInt('departed', { description: 'Number of synced records that the run did not find.' }),
    synced: t.exposeInt('synced', { description: 'Number of records that were synced before.' }),
  }),
})

const LimitExceededDetails = builder.objectRef<Details<'limit-exceeded'>>('LimitExceededDetails').implement({
  description: 'Details of LIMIT_EXCEEDED.',
  fields: (t) => ({
    limit: t.exposeInt('limit', { description: 'Maximum number of synced contacts in the workspace.' }),
    leftOut: t.exposeInt('leftOut', { description: 'Number of contacts that were skipped.' }),
  }),
})

export const SyncErrorDetails = builder.unionType('SyncErrorDetails', {
  description: 'What the message of an error says, as data. Errors of other types have no details.',
  types: [
    HandleTakenDetails,
    DomainTakenDetails,
    InvalidValueDetails,
    FieldNotFoundDetails,
    ManyDeparturesDetails,
    LimitExceededDetails,
  ],
  resolveType: (details) => typeOf(details),
})

function typeOf(details: ErrorDetails): string {
  switch (details.kind) {
    case 'handle-taken':
      return details.handles[0]?.source === 'DOMAIN' ? 'DomainTakenDetails' : 'HandleTakenDetails'
    case 'invalid-value':
      return 'InvalidValueDetails'
    case 'field-not-found':
      return 'FieldNotFoundDetails'
    case 'departures':
      return 'ManyDeparturesDetails'
    case 'limit-exceeded':
      return 'LimitExceededDetails'
  }
}
