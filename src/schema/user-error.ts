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
import { PlanType } from './workspace.ts'

export const UserErrorInterface = builder.interfaceRef<UserError>('UserError').implement({
  description: 'A failure that the caller can act on.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Stable name of the kind of failure, e.g. FORBIDDEN.' }),
    message: t.exposeString('message', { description: 'What went wrong and what to do about it, for people.' }),
  }),
})

const InputProblemType = builder.objectRef<InputProblem>('InputProblem').implement({
  description: 'One mistake in what was given.',
  fields: (t) => ({
    path: t.exposeStringList('path', {
      description: 'Leads to the mistake from the input, e.g. ["mappings", "3", "target"].',
    }),
    message: t.exposeString('message', { description: 'What is wrong and what would be right.' }),
  }),
})

builder.objectType(ForbiddenError, {
  name: 'ForbiddenError',
  description: "The viewer's role does not allow it. Code FORBIDDEN.",
  interfaces: [UserErrorInterface],
})

builder.objectType(PlanRequiredError, {
  name: 'PlanRequiredError',
  description: "The workspace's plan does not include it. Code PLAN_REQUIRED.",
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    requiredPlan: t.expose('requiredPlan', { type: PlanType, description: 'The lowest plan that includes it.' }),
  }),
})

builder.objectType(BusyError, {
  name: 'BusyError',
  description:
    'Another change, or too many requests at once, kept this one waiting for too long. Try again in a few seconds. Code BUSY.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', { description: 'Seconds after which to try again.' }),
  }),
})

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'What was given cannot be used; nothing was changed. Code INVALID_INPUT.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    problems: t.expose('problems', { type: [InputProblemType], description: 'Every mistake found.' }),
  }),
})

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'The workspace has nothing by that id. Code NOT_FOUND.',
  interfaces: [UserErrorInterface],
})

builder.objectType(NotConnectedError, {
  name: 'NotConnectedError',
  description: 'HubSpot is not connected, or refuses the stored log-in: use connectHubSpot. Code NOT_CONNECTED.',
  interfaces: [UserErrorInterface],
})

builder.objectType(HubSpotUnavailableError, {
  name: 'HubSpotUnavailableError',
  description: 'HubSpot does not answer as it should; trying again later can help. Code HUBSPOT_UNAVAILABLE.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
      nullable: true,
      description: 'Seconds after which HubSpot takes calls again. Null if HubSpot does not say.',
    }),
  }),
})

builder.objectType(SyncStateError, {
  name: 'SyncStateError',
  description: 'It does not fit the state that the sync is in: paused, not set up, already ended. Code SYNC_STATE.',
  interfaces: [UserErrorInterface],
})

/** What every mutation that sets up or controls the sync can fail with (B19, B21). */
export const syncAdminErrors = [PlanRequiredError]
/** What asking HubSpot can fail with. */
export const hubspotErrors = [NotConnectedError, HubSpotUnavailableError]
