import { graphql } from '../../../client/generated/index.ts'

export const ConnectPortal = graphql(`
  mutation FaultsConnect {
    connectHubSpot {
      __typename
      ... on ConnectHubSpotPayload { authorizeUrl state }
      ... on UserError { message }
    }
  }
`)

export const FinishLogin = graphql(`
  mutation FaultsFinishLogin($state: String!, $code: String!) {
    finishHubSpotLogin(state: $state, code: $code) {
      __typename
      ... on FinishHubSpotLoginPayload { hubspotConnection { portalId } }
      ... on UserError { message }
    }
  }
`)

export const CreateField = graphql(`
  mutation FaultsCreateField($input: CreateCustomFieldInput!) {
    createCustomField(input: $input) {
      __typename
      ... on CreateCustomFieldPayload { customField { key } }
      ... on UserError { message }
    }
  }
`)

export const ChooseSettings = graphql(`
  mutation FaultsChooseSettings($input: UpdateSyncSettingsInput!) {
    updateSyncSettings(input: $input) {
      __typename
      ... on UserError { message }
    }
  }
`)

export const MapFields = graphql(`
  mutation FaultsMapFields($objectType: ObjectType!, $mappings: [FieldMappingInput!]!) {
    setFieldMappings(objectType: $objectType, mappings: $mappings) {
      __typename
      ... on UserError { message }
    }
  }
`)

export const CreateContact = graphql(`
  mutation FaultsCreateContact($input: CreateContactInput!) {
    createContact(input: $input) {
      __typename
      ... on CreateContactPayload { contact { id } }
      ... on UserError { message }
    }
  }
`)

export const StartRun = graphql(`
  mutation FaultsStart {
    startSync {
      __typename
      ... on StartSyncPayload { syncRun { id status } }
      ... on UserError { code message }
    }
  }
`)

export const PauseRun = graphql(`
  mutation FaultsPause {
    pauseSync {
      __typename
      ... on UserError { message }
    }
  }
`)

export const ResumeRun = graphql(`
  mutation FaultsResume($confirmDepartures: Boolean!) {
    resumeSync(confirmDepartures: $confirmDepartures) {
      __typename
      ... on UserError { message }
    }
  }
`)

export const CancelRun = graphql(`
  mutation FaultsCancel($id: ID!) {
    cancelSyncRun(id: $id) {
      __typename
      ... on UserError { message }
    }
  }
`)

export const FollowRun = graphql(`
  subscription FaultsFollow($runId: ID!) {
    syncProgress(runId: $runId) {
      status
      phase
      progress { processed total created updated unchanged linked skipped failed }
    }
  }
`)
