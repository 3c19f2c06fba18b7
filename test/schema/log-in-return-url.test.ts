import { expect, test } from 'vitest'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { startTestSimulator } from '../support/test-sync.ts'
import { approveLogIn, BeginLogIn, finishLogIn, openCallback } from './log-in.ts'

const returnUrl = 'https://app.example.com/hubspot?tab=sync'
const simulator = await startTestSimulator({ portals: [{ contacts: 5 }] })
const api = await startTestApi({ simulator, returnUrls: [returnUrl] })

test('B15: the browser returns to the front end with state and code, and the front end finishes the log-in', async () => {
  const { token } = await api.createWorkspace()
  const returned = await approveLogIn(api, simulator, token, { returnUrl })

  const { status, location } = await openCallback(api, returned)

  expect(status).toBe(303)
  const url = new URL(location ?? '')
  expect(url.origin + url.pathname).toBe('https://app.example.com/hubspot')
  expect(Object.fromEntries(url.searchParams)).toEqual({ tab: 'sync', ...returned })
  expect(await finishLogIn(api, token, returned)).toMatchObject({ __typename: 'FinishHubSpotLoginPayload' })
})

test.for([
  ['access_denied', 'access_denied'],
  ['<script>alert(1)</script>', 'login_failed'],
  ['constructor', 'login_failed'],
] as const)('B15: if HubSpot reports %s, the front end is told %s', async ([error, told]) => {
  const { token } = await api.createWorkspace()
  const { state } = await approveLogIn(api, simulator, token, { returnUrl })

  const { location } = await openCallback(api, { state, error, error_description: 'Call 555-0100 now' })

  expect(Object.fromEntries(new URL(location ?? '').searchParams)).toEqual({ tab: 'sync', state, error: told })
})

test.for(['access_denied', '<script>alert(1)</script>', 'constructor'])(
  'without a return URL, a page says that HubSpot is not connected, and shows nothing of %s as it was sent',
  async (error) => {
    const { token } = await api.createWorkspace()
    const { state } = await approveLogIn(api, simulator, token)

    const page = await openCallback(api, { state, error, error_description: 'Call 555-0100 now' })

    expect(page.status).toBe(400)
    expect(page.html).toContain('HubSpot is not connected')
    expect(page.html).not.toContain('555-0100')
    expect(page.html).not.toContain('<script')
    expect(page.html).not.toContain('function')
  },
)

test('an error without a log-in that it belongs to is not shown', async () => {
  const page = await openCallback(api, { state: 'made-up', error: 'x', error_description: 'Call 555-0100 now' })

  expect(page.status).toBe(400)
  expect(page.html).not.toContain('555-0100')
})

test.for([
  'https://app.example.com.evil.example/hubspot?tab=sync',
  'https://app.example.com/other',
  'javascript:alert(1)',
  '',
])('a log-in cannot return to %j, which the operator has not listed', async (elsewhere) => {
  const { token } = await api.createWorkspace()

  const { data } = await api.post(BeginLogIn, { returnUrl: elsewhere }, { token })

  expect(data?.connectHubSpot).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining(returnUrl) })
  expect(await api.database.prisma.oAuthState.count({ where: { returnUrl: elsewhere } })).toBe(0)
})
