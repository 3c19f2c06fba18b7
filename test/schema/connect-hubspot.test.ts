import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { approve } from '../connection/connected-workspace.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { startTestSimulator } from '../support/test-sync.ts'

const BeginLogIn = graphql(`
  mutation BeginLogIn($allowPortalChange: Boolean! = false) {
    connectHubSpot(allowPortalChange: $allowPortalChange) { __typename ... on ConnectHubSpotPayload { authorizeUrl } }
  }
`)
const ConnectionState = graphql(`
  query ConnectionState { hubspotConnection { status portalId uiDomain scopes connectedBy { email } } }
`)
const EndLogIn = graphql(`
  mutation EndLogIn { disconnectHubSpot { __typename ... on DisconnectHubSpotPayload { hubspotConnection { status portalId } } } }
`)

const simulator = await startTestSimulator({ portals: [{ contacts: 5 }, { contacts: 5 }] })
const api = await startTestApi({ simulator })

async function logIn(token: string, hubId: number, allowPortalChange = false) {
  const { data } = await api.post(BeginLogIn, { allowPortalChange }, { token })
  if (data?.connectHubSpot?.__typename !== 'ConnectHubSpotPayload') throw new Error(JSON.stringify(data))
  const query = new URLSearchParams(await approve(simulator, data.connectHubSpot.authorizeUrl, hubId))
  const page = await fetch(`${api.url}/oauth/hubspot/callback?${query}`)
  return { status: page.status, html: await page.text(), type: page.headers.get('content-type'), query }
}

test('B15, B16: an admin logs in through the browser, sees the connection, and logs out', async () => {
  const { token } = await api.createWorkspace()
  const { hubId } = simulator.portal()

  const page = await logIn(token, hubId)
  const connected = await api.post(ConnectionState, {}, { token })
  const loggedOut = await api.post(EndLogIn, {}, { token })
  const afterwards = await api.post(ConnectionState, {}, { token })

  expect(page).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' })
  expect(page.html).toContain(`portal ${hubId}`)
  expect(connected.data?.hubspotConnection).toMatchObject({
    status: 'CONNECTED',
    portalId: String(hubId),
    connectedBy: { email: 'admin@example.test' },
  })
  expect(connected.data?.hubspotConnection?.scopes).toContain('crm.lists.read')
  expect(loggedOut.data?.disconnectHubSpot).toMatchObject({
    hubspotConnection: { status: 'DISCONNECTED', portalId: String(hubId) },
  })
  expect(afterwards.data?.hubspotConnection?.status).toBe('DISCONNECTED')
})

test('a log-in that was already used is refused with a message that tells what to do, and so are calls without one', async () => {
  const { token } = await api.createWorkspace()
  const { query } = await logIn(token, simulator.portal().hubId)

  const again = await fetch(`${api.url}/oauth/hubspot/callback?${query}`)
  const bare = await fetch(`${api.url}/oauth/hubspot/callback`)

  expect(again.status).toBe(400)
  expect(await again.text()).toContain('Connect HubSpot again')
  expect(bare.status).toBe(400)
})

test('B18: a different portal is refused unless the admin allowed the change', async () => {
  const { token } = await api.createWorkspace()
  const [first, second] = simulator.portals.map(({ hubId }) => hubId)
  await logIn(token, first ?? 0)

  const refused = await logIn(token, second ?? 0)
  const kept = await api.post(ConnectionState, {}, { token })
  const allowed = await logIn(token, second ?? 0, true)

  expect(refused.status).toBe(400)
  expect(refused.html).toContain(String(second))
  expect(kept.data?.hubspotConnection?.portalId).toBe(String(first))
  expect(allowed.status).toBe(200)
})

test("HubSpot's message about a refusal is shown as plain text", async () => {
  const query = new URLSearchParams({ error: 'access_denied', error_description: '<script>alert(1)</script>' })

  const page = await fetch(`${api.url}/oauth/hubspot/callback?${query}`)

  expect(page.status).toBe(400)
  expect(await page.text()).not.toContain('<script>')
})
