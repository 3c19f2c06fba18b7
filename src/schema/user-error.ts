import {
  BusyError,
  ForbiddenError,
  HubSpotUnavailableError,
  type InputProblem,
  InvalidInputError,
  NotConnectedError,
  NotFoundError,
  PlanRequiredError,
  SyncStateError,
  type UserError,
} from '../user-errors.ts'
import { builder } from './builder.ts'
import { TokenScopeEnum } from './token-scope.ts'
import { PlanType } from './workspace.ts'

export const UserErrorInterface = builder.interfaceRef<UserError>('UserError').implement({
  description: 'A failure that the client can act on.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Stable code of the failure, for example FORBIDDEN.' }),
    message: t.exposeString('message', {
      description: 'Explanation for people: what went wrong and what to do about it.',
    }),
  }),
})

const InputProblemType = builder.objectRef<InputProblem>('InputProblem').implement({
  description: 'One mistake in the input.',
  fields: (t) => ({
    path: t.exposeStringList('path', {
      description: 'Path from the input to the mistake, for example ["mappings", "3", "target"].',
    }),
    message: t.exposeString('message', { description: 'Explanation for people: what is wrong and what is allowed.' }),
  }),
})

builder.objectType(ForbiddenError, {
  name: 'ForbiddenError',
  description: "The viewer's role, or the scopes of the viewer's token, do not permit the operation. Code FORBIDDEN.",
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    missingScope: t.expose('missingScope', {
      type: TokenScopeEnum,
      nullable: true,
      description: 'Scope that the token lacks. Null if the role is the reason.',
    }),
  }),
})

builder.objectType(PlanRequiredError, {
  name: 'PlanRequiredError',
  description: "The workspace's plan does not include the feature. Code PLAN_REQUIRED.",
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    requiredPlan: t.expose('requiredPlan', { type: PlanType, description: 'Lowest plan that includes the feature.' }),
  }),
})

builder.objectType(BusyError, {
  name: 'BusyError',
  description: 'The operation waited too long for other changes or requests. Try again in a few seconds. Code BUSY.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', { description: 'Number of seconds after which to try again.' }),
  }),
})

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'The input is invalid. Nothing was changed. Code INVALID_INPUT.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    problems: t.expose('problems', { type: [InputProblemType], description: 'All mistakes that were found.' }),
  }),
})

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'The workspace has no object with this id. Code NOT_FOUND.',
  interfaces: [UserErrorInterface],
})

builder.objectType(NotConnectedError, {
  name: 'NotConnectedError',
  description: 'HubSpot is not connected, or it rejects the stored log-in. Use `connectHubSpot`. Code NOT_CONNECTED.',
  interfaces: [UserErrorInterface],
})

builder.objectType(HubSpotUnavailableError, {
  name: 'HubSpotUnavailableError',
  description: 'HubSpot does not answer as expected. Try again later. Code HUBSPOT_UNAVAILABLE.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
      nullable: true,
      description: 'Number of seconds after which HubSpot accepts calls again. Null if HubSpot does not say.',
    }),
  }),
})

builder.objectType(SyncStateError, {
  name: 'SyncStateError',
  description:
    'The operation does not fit the state of the sync, for example because the sync is paused, is not set up, or has ended. Code SYNC_STATE.',
  interfaces: [UserErrorInterface],
})

/** The errors of every mutation that sets up or controls the sync (B19, B21). */
export const syncAdminErrors = [PlanRequiredError]
/** The errors of every field that reads from HubSpot. */
export const hubspotErrors = [NotConnectedError, HubSpotUnavailableError]
