import { graphql } from '../client/generated/index.ts'
import type { GraphQLClient } from '../client/graphql-client.ts'
import { expectType } from './expect-type.ts'

const Connect = graphql(`
  mutation Connect {
    connectHubSpot {
      __typename
      ... on ConnectHubSpotPayload { authorizeUrl state }
      ... on UserError { message }
    }
  }
`)

const FinishLogin = graphql(`
  mutation FinishLogin($state: String!, $code: String!) {
    finishHubSpotLogin(state: $state, code: $code) {
      __typename
      ... on FinishHubSpotLoginPayload { hubspotConnection { portalId } }
      ... on UserError { message }
    }
  }
`)

/** Logs in to HubSpot as an admin would in a browser, and returns the portal's id. */
export async function connectHubSpot(client: GraphQLClient): Promise<string> {
  const { authorizeUrl, state } = expectType((await client.request(Connect)).connectHubSpot, 'ConnectHubSpotPayload')
  const code = await approve(authorizeUrl)
  const { finishHubSpotLogin } = await client.request(FinishLogin, { state, code })
  return expectType(finishHubSpotLogin, 'FinishHubSpotLoginPayload').hubspotConnection.portalId
}

/** Presses "Approve" on the simulator's consent page, and returns the code of the page to which the redirect leads. */
async function approve(authorizeUrl: string): Promise<string> {
  const page = await (await fetch(authorizeUrl)).text()
  const form = new URLSearchParams({ decision: 'approve' })
  for (const [, name = '', value = ''] of page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)) {
    form.set(
      name,
      value.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))),
    )
  }
  form.set('hub_id', /<option value="(\d+)">/.exec(page)?.[1] ?? '')
  const answer = await fetch(new URL('/oauth/authorize/decision', authorizeUrl), { method: 'POST', body: form })
  const shown = await answer.text()
  const code = /<code>([^<]+)<\/code>/.exec(shown)?.[1]
  if (code === undefined) throw new Error(`The log-in to HubSpot failed: ${shown}`)
  return code
}
