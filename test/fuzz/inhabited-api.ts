import { issueApiToken } from '../../src/auth/manage-api-tokens.ts'
import { storeMarkedWorkspace } from '../access/marked-workspace.ts'
import { startTestApi, type TestApi } from '../support/graphql/start-test-api.ts'
import { startTestSimulator } from '../support/test-sync.ts'
import type { Known } from './generate-values.ts'

/** The senders of requests: tokens, or nothing. */
export interface Senders {
  readonly admin: string
  readonly member: string
  readonly stranger: string
  readonly nobody: undefined
}

export interface Inhabitants {
  readonly senders: Senders
  readonly known: Known
}

/** No case may be rejected because of rate limits. */
const unlimitedRates = { perToken: 10 ** 12, perWorkspace: 10 ** 12, windowSeconds: 60 }

/** Number of cases per set of workspaces. After that, new workspaces are created, since mutations wear the old ones down. */
const casesPerWorkspace = 400

/** Starts an API that is connected to a simulated HubSpot, with workspaces that contain one object of each type. */
export async function startInhabitedApi() {
  const simulator = await startTestSimulator({ portals: [{ contacts: 20, companies: 5, rateLimit: null }] })
  const api = await startTestApi({ simulator, options: { rates: unlimitedRates } })
  const generations = new Map<number, Promise<Inhabitants>>()
  return {
    api,
    inhabitantsOf: (index: number): Promise<Inhabitants> => {
      const generation = Math.floor(index / casesPerWorkspace)
      const found = generations.get(generation) ?? inhabit(api)
      generations.set(generation, found)
      generations.delete(generation - 2)
      return found
    },
  }
}

async function inhabit(api: TestApi): Promise<Inhabitants> {
  const [own, other] = [await connectedWorkspace(api), await connectedWorkspace(api)]
  const member = await api.createUser(own.workspaceId, 'MEMBER')
  return {
    senders: { admin: own.token, member: member.token, stranger: other.token, nobody: undefined },
    known: {
      ids: [...own.things.ids, ...own.things.ids, ...other.things.ids],
      texts: [
        ...Object.values(own.things.texts).filter((text) => text !== undefined),
        own.workspaceId,
        '42',
        'email',
        'firstname',
        'jobtitle',
        'ada@new.example',
        '+1 212 555 0123',
        'new.example',
        'https://example.test/a.png',
        'DE',
        'Ada',
      ],
    },
  }
}

/** Its token is not among the ids that mutations may revoke. */
async function connectedWorkspace(api: TestApi) {
  const { prisma } = api.database
  const workspace = await storeMarkedWorkspace(api)
  const { workspaceId, userId } = workspace
  await prisma.hubSpotConnection.delete({ where: { workspaceId } })
  await api.connect(workspace)
  await prisma.syncSettings.update({ where: { workspaceId }, data: { contactSource: 'FROM_LIST', listId: '42' } })
  const { token } = await issueApiToken(prisma, { userId, workspaceId, name: 'fuzz' })
  return { ...workspace, token }
}
