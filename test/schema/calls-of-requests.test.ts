import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { type CallBudget, sharedCallBudget } from '../../src/hubspot/call-budget.ts'
import type { IssuedWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { storeMappings } from '../support/graphql/set-up-mapping.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import type { TestBroker } from '../support/test-broker.ts'
import { startTestSimulator } from '../support/test-sync.ts'
import { waitFor } from '../support/wait-for.ts'

const ExplainBriefly = graphql(`
  query ExplainBriefly($id: String!) { explainSync(objectType: CONTACT, externalId: $id) { rule } }
`)
const NamesOfLists = graphql(`
  query NamesOfLists($query: String) { hubspotLists(query: $query) { nodes { name } } }
`)
const MapTheName = graphql(`
  mutation MapTheName {
    setFieldMappings(objectType: CONTACT, mappings: [{ property: "firstname", target: FIRST_NAME }]) {
      __typename
      ... on BusyError { code message retryAfterSeconds }
    }
  }
`)

/** The shared budget, with the workspaces whose calls were granted, in that order. */
function openLoggedBudget({ callWindows }: TestBroker) {
  const order: string[] = []
  const budget = sharedCallBudget(callWindows, { appId: 'app' })
  const logged: CallBudget = {
    ...budget,
    take: async (portalId, kind, caller) => {
      const name = caller?.requester?.workspaceId ?? 'a run'
      order.push(`${name} asks`)
      const turn = await budget.take(portalId, kind, caller)
      order.push(`${name} may go`)
      return turn
    },
  }
  return { budget: logged, order }
}

async function startLimitedApi(rateLimit: number, rateIntervalMs: number, requestPatienceMs: number) {
  const simulator = await startTestSimulator({ portals: [{ contacts: 200, rateLimit, rateIntervalMs }] })
  let order: string[] = []
  const api = await startTestApi({
    simulator,
    requestPatienceMs,
    budget: (broker) => {
      const logged = openLoggedBudget(broker)
      order = logged.order
      return logged.budget
    },
  })
  const connectedWorkspace = async (): Promise<IssuedWorkspace> => {
    const workspace = await api.createWorkspace()
    await api.connect(workspace)
    await storeMappings(api.database, workspace.workspaceId, 'CONTACT', [['email', 'EMAIL']])
    await api.database.prisma.syncSettings.update({
      where: { workspaceId: workspace.workspaceId },
      data: { contactsEnabled: true, contactSource: 'FROM_LIST', listId: '42' },
    })
    return workspace
  }
  return { simulator, api, order, connectedWorkspace }
}

test('150 explanations in one workspace do not delay the list picker of another workspace on the same portal', async () => {
  // given
  const { simulator, api, order, connectedWorkspace } = await startLimitedApi(40, 1_000, 3_000)
  const [busy, other] = [await connectedWorkspace(), await connectedWorkspace()]
  const explain = (id: string) => api.post(ExplainBriefly, { id }, busy)
  // The first answer reports the limit.
  await explain('1')
  const explanations = Promise.all(Array.from({ length: 150 }, (_, index) => explain(String(1_000 + index))))
  const mayGo = `${busy.workspaceId} may go`
  await waitFor(() => order.filter((event) => event === mayGo).length > 40)

  // when
  const { data, errors } = await api.post(NamesOfLists, { query: 'all' }, other)

  // then
  expect(errors).toEqual([])
  expect(data?.hubspotLists?.nodes).toEqual([{ name: 'All customers' }])
  const waited = order.slice(order.indexOf(`${other.workspaceId} asks`), order.indexOf(`${other.workspaceId} may go`))
  expect(waited.filter((event) => event === mayGo).length).toBeLessThanOrEqual(6)
  // The workspace that requested too much gets a time to retry.
  const answers = await explanations
  const answered = answers.filter((answer) => answer.errors.length === 0)
  const refused = answers.flatMap((answer) => answer.errors)
  expect(answered.length).toBeGreaterThan(0)
  expect(refused.length).toBeGreaterThan(50)
  for (const { extensions } of refused) {
    expect(extensions).toMatchObject({ code: 'BUSY', retryAfterSeconds: expect.any(Number) })
    expect(extensions?.retryAfterSeconds).toBeGreaterThanOrEqual(1)
  }
  expect(simulator.requests.statuses).not.toHaveProperty('429')
})

test('a mutation that gets no call in time fails with BusyError, which tells when to retry', async () => {
  const { api, connectedWorkspace } = await startLimitedApi(2, 60_000, 5_000)
  const workspace = await connectedWorkspace()
  await api.post(NamesOfLists, { query: 'all' }, workspace)

  const { data } = await api.post(MapTheName, {}, workspace)

  expect(data?.setFieldMappings).toEqual({
    __typename: 'BusyError',
    code: 'BUSY',
    message: expect.stringMatching(/^Too many requests .* Try again in \d+ seconds\.$/),
    retryAfterSeconds: expect.any(Number),
  })
})

test('an explanation costs at least as much as its calls', async () => {
  const { simulator, api, connectedWorkspace } = await startLimitedApi(1_000, 1_000, 5_000)
  const workspace = await connectedWorkspace()
  simulator.requests.reset()

  const query = '{ explainSync(externalId: "1") { rule } }'
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${workspace.token}` },
    body: JSON.stringify({ query }),
  })
  const { extensions } = (await response.json()) as { extensions: { cost: { requested: number } } }

  expect(simulator.requests.total).toBeGreaterThan(2)
  expect(extensions.cost.requested).toBeGreaterThanOrEqual(50 * simulator.requests.total)
})
