import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { postBody } from '../support/graphql/post.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { subscribe, transports } from '../support/graphql/subscribe.ts'

const WhoAmI = graphql(`
  query WhoAmI {
    viewer {
      role
      user { email }
      workspace { name plan }
    }
  }
`)
const AnyProgress = graphql(`subscription AnyProgress { syncProgress { id } }`)

test("B20: the viewer is the token's user, in their workspace", async () => {
  const api = await startTestApi()
  const { token } = await api.createWorkspace()

  const { status, data } = await api.post(WhoAmI, {}, { token })

  expect(status).toBe(200)
  expect(data?.viewer).toEqual({
    role: 'WORKSPACE_ADMIN',
    user: { email: 'admin@example.test' },
    workspace: { name: 'Test', plan: 'GROWTH' },
  })
})

test('without a valid token, nothing is answered over HTTP, not even about the schema', async () => {
  const api = await startTestApi()
  const unknown = `hcs_${'A'.repeat(43)}`

  const refused: Record<string, string>[] = [
    {},
    { authorization: 'Bearer nonsense' },
    { authorization: `Bearer ${unknown}` },
  ]

  for (const headers of refused) {
    for (const query of ['{ viewer { role } }', '{ __schema { types { name } } }', '{ nothing']) {
      const { status, headers: answered, data, errors } = await postBody(api.url, { query }, { headers })

      expect(status).toBe(401)
      expect(answered.get('www-authenticate')).toBe('Bearer')
      expect(data).toBeNull()
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    }
  }
})

test('a query by GET is rejected as well, but a browser gets GraphiQL', async () => {
  const api = await startTestApi()

  const asked = await fetch(`${api.url}/graphql?query={viewer{role}}`)
  const page = await fetch(`${api.url}/graphql`, { headers: { accept: 'text/html' } })

  expect(asked.status).toBe(401)
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('HubSpot contact sync')
})

test.for(transports)('without a valid token there is no subscription over %s', async (transport) => {
  const api = await startTestApi()

  for (const token of [undefined, 'nonsense']) {
    const stream = subscribe(transport, api.url, AnyProgress, {}, { token })

    await expect(stream.next()).rejects.toMatchObject(
      transport === 'WebSocket' ? { code: 4403 } : { response: { status: 401 } },
    )
  }
})

test('a workspace that the user does not belong to is rejected', async () => {
  const api = await startTestApi()
  const mine = await api.createWorkspace()
  const theirs = await api.createWorkspace()

  const { status, errors } = await api.post(WhoAmI, {}, { token: mine.token, workspaceId: theirs.workspaceId })

  expect(status).toBe(403)
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
})
