import { graphql } from '../../client/generated/index.ts'
import type { Simulator } from '../../simulator/index.ts'
import { approve } from '../connection/connected-workspace.ts'
import type { TestApi } from '../support/graphql/start-test-api.ts'

const BeginLogIn = graphql(`
  mutation BeginLogIn($allowPortalChange: Boolean! = false, $returnUrl: String) {
    connectHubSpot(allowPortalChange: $allowPortalChange, returnUrl: $returnUrl) {
      __typename
      ... on ConnectHubSpotPayload { authorizeUrl state }
      ... on UserError { code message }
    }
  }
`)
const FinishLogIn = graphql(`
  mutation FinishLogIn($state: String!, $code: String!) {
    finishHubSpotLogin(state: $state, code: $code) {
      __typename
      ... on FinishHubSpotLoginPayload { hubspotConnection { status portalId } }
      ... on ScopesMissingError { scopes }
      ... on OtherPortalError { connectedPortalId offeredPortalId }
      ... on UserError { code message }
    }
  }
`)

interface LogInOptions {
  readonly hubId?: number
  readonly allowPortalChange?: boolean
  readonly returnUrl?: string
}

/** Starts a log-in over the API and approves it in HubSpot. Returns what the browser brings to the callback. */
export async function approveLogIn(
  api: TestApi,
  simulator: Simulator,
  token: string,
  { hubId = simulator.portal().hubId, allowPortalChange = false, returnUrl }: LogInOptions = {},
): Promise<{ state: string; code: string }> {
  const { data } = await api.post(BeginLogIn, { allowPortalChange, returnUrl }, { token })
  if (data?.connectHubSpot?.__typename !== 'ConnectHubSpotPayload') throw new Error(JSON.stringify(data))
  return approve(simulator, data.connectHubSpot.authorizeUrl, hubId)
}

export async function finishLogIn(api: TestApi, token: string, returned: { state: string; code: string }) {
  const { data, errors } = await api.post(FinishLogIn, returned, { token })
  return data?.finishHubSpotLogin ?? errors
}

/** What the browser is shown at the callback. */
export async function openCallback(api: TestApi, query: Record<string, string>) {
  const url = `${api.url}/oauth/hubspot/callback?${new URLSearchParams(query)}`
  const { status, headers, ...answer } = await fetch(url, { redirect: 'manual' }).then(async (response) => ({
    status: response.status,
    headers: response.headers,
    html: await response.text(),
  }))
  return { status, location: headers.get('location'), type: headers.get('content-type'), ...answer }
}

export { BeginLogIn }
