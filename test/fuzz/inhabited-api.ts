import { issueApiToken } from '../../src/auth/manage-api-tokens.ts'
import { storeMarkedWorkspace } from '../access/marked-workspace.ts'
import { startTestApi, type TestApi } from '../support/graphql/start-test-api.ts'
import { startTestSimulator } from '../support/test-sync.ts'
import type { Known } from './generate-values.ts'

/** Who sends requests: a token, or nothing. */
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

/** Every case is to be executed. */
const unlimitedRates = { perToken: 10 ** 12, perWorkspace: 10 ** 12, windowSeconds: 60 }

/** So many cases are sent to the same workspaces; then there are new ones, since mutations take the old ones apart. */
const casesPerWorkspace = 400

/** An API that is connected to a simulated HubSpot, and workspaces with one of each thing. */
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
  const { token } = await issueApiToken(prisma, { userId, name: 'fuzz' })
  return { ...workspace, token }
}
