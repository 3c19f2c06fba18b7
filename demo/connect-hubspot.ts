import { graphql } from '../client/generated/index.ts'
import type { GraphQLClient } from '../client/graphql-client.ts'
import { expectType } from './expect-type.ts'

const Connect = graphql(`
  mutation Connect {
    connectHubSpot {
      __typename
      ... on ConnectHubSpotPayload { authorizeUrl }
      ... on UserError { message }
    }
  }
`)

const Connection = graphql(`
  query Connection {
    hubspotConnection { status portalId }
  }
`)

/** Logs in to HubSpot as an admin would in a browser, and returns the portal's id. */
export async function connectHubSpot(client: GraphQLClient): Promise<string> {
  const { authorizeUrl } = expectType((await client.request(Connect)).connectHubSpot, 'ConnectHubSpotPayload')
  await approve(authorizeUrl)
  const { hubspotConnection } = await client.request(Connection)
  if (hubspotConnection?.status !== 'CONNECTED') throw new Error('HubSpot is not connected after the log-in.')
  return hubspotConnection.portalId
}

/** Presses "Approve" on the simulator's consent page. The redirect leads back to the API, which finishes the log-in. */
async function approve(authorizeUrl: string): Promise<void> {
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
  if (!answer.ok) throw new Error(`The log-in to HubSpot failed: ${await answer.text()}`)
}
