import { expect, test } from 'vitest'
import { postBody } from '../support/graphql/post.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { startTestSimulator } from '../support/test-sync.ts'

const simulator = await startTestSimulator({ portals: [{ contacts: 5 }] })
const api = await startTestApi({ simulator })
const workspace = await api.createWorkspace()
await api.connect(workspace)

test.for(['.', '..', '42/memberships', '?count=1', '', 'x', '-1', '9'.repeat(30)])(
  'B27: %j is not a list id and is not requested from HubSpot',
  async (listId) => {
    const before = simulator.requests.total
    const query = `mutation ($listId: String!) {
      updateSyncSettings(input: { contactsEnabled: true, contactSource: FROM_LIST, listId: $listId }) {
        ... on InvalidInputError { problems { path } }
      }
    }`

    const { data } = await postBody(api.url, { query, variables: { listId } }, { token: workspace.token })

    expect(data).toEqual({ updateSyncSettings: { problems: [{ path: ['listId'] }] } })
    expect(simulator.requests.total).toBe(before)
  },
)
