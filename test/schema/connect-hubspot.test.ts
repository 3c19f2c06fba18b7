import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { startTestSimulator } from '../support/test-sync.ts'
import { approveLogIn, finishLogIn, openCallback } from './log-in.ts'

const ConnectionState = graphql(`
  query ConnectionState { hubspotConnection { status portalId hubDomain uiDomain scopes connectedBy { email } } }
`)
const EndLogIn = graphql(`
  mutation EndLogIn { disconnectHubSpot { __typename ... on DisconnectHubSpotPayload { hubspotConnection { status portalId } } } }
`)

const simulator = await startTestSimulator({ portals: [{ contacts: 5 }, { contacts: 5 }] })
const api = await startTestApi({ simulator })

test('B15, B16: an admin logs in through the browser, finishes with the code of the page, and logs out', async () => {
  const { token } = await api.createWorkspace()
  const { hubId } = simulator.portal()
  const returned = await approveLogIn(api, simulator, token)

  const page = await openCallback(api, returned)
  const before = await api.post(ConnectionState, {}, { token })
  const finished = await finishLogIn(api, token, returned)
  const connected = await api.post(ConnectionState, {}, { token })
  const loggedOut = await api.post(EndLogIn, {}, { token })
  const afterwards = await api.post(ConnectionState, {}, { token })

  expect(page).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' })
  expect(page.html).toContain(`<code>${returned.code}</code>`)
  expect(before.data?.hubspotConnection).toBeNull()
  expect(finished).toMatchObject({ hubspotConnection: { status: 'CONNECTED', portalId: String(hubId) } })
  expect(connected.data?.hubspotConnection).toMatchObject({
    status: 'CONNECTED',
    portalId: String(hubId),
    hubDomain: `portal-${hubId}.example`,
    connectedBy: { email: 'admin@example.test' },
  })
  expect(connected.data?.hubspotConnection?.scopes).toContain('crm.lists.read')
  expect(loggedOut.data?.disconnectHubSpot).toMatchObject({
    hubspotConnection: { status: 'DISCONNECTED', portalId: String(hubId) },
  })
  expect(afterwards.data?.hubspotConnection?.status).toBe('DISCONNECTED')
})

test('a log-in that was already finished is LoginExpiredError, and its page says what to do', async () => {
  const { token } = await api.createWorkspace()
  const returned = await approveLogIn(api, simulator, token)
  await finishLogIn(api, token, returned)

  const again = await finishLogIn(api, token, returned)
  const page = await openCallback(api, returned)
  const bare = await openCallback(api, {})

  expect(again).toMatchObject({ __typename: 'LoginExpiredError', code: 'LOGIN_EXPIRED' })
  expect(page.status).toBe(400)
  expect(page.html).toContain('Connect HubSpot again')
  expect(bare.status).toBe(400)
})

test('B18: a different portal is refused unless the admin allowed the change', async () => {
  const { token } = await api.createWorkspace()
  const [first = 0, second = 0] = simulator.portals.map(({ hubId }) => hubId)
  await finishLogIn(api, token, await approveLogIn(api, simulator, token, { hubId: first }))

  const refused = await finishLogIn(api, token, await approveLogIn(api, simulator, token, { hubId: second }))
  const kept = await api.post(ConnectionState, {}, { token })
  const confirmed = await approveLogIn(api, simulator, token, { hubId: second, allowPortalChange: true })
  const allowed = await finishLogIn(api, token, confirmed)

  expect(refused).toMatchObject({
    __typename: 'OtherPortalError',
    connectedPortalId: String(first),
    offeredPortalId: String(second),
  })
  expect(kept.data?.hubspotConnection?.portalId).toBe(String(first))
  expect(allowed).toMatchObject({ hubspotConnection: { portalId: String(second) } })
})
