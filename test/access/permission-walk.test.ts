import { type GraphQLInterfaceType, type GraphQLResolveInfo, isObjectType } from 'graphql'
import { expect, test } from 'vitest'
import type { Viewer } from '../../src/auth/viewer.ts'
import type { TokenScope } from '../../src/generated/prisma/enums.ts'
import { schema } from '../../src/schema/schema.ts'
import { ruleOf } from '../../src/schema/support/access.ts'
import { openAnswerMeter } from '../../src/schema/support/answer-meter.ts'
import { defaultLimits } from '../../src/server/limits/operation-limits.ts'
import { createMachineUser } from '../../src/workspaces/manage-members.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { contentOf, mark, storeMarkedWorkspace } from './marked-workspace.ts'
import { placesOf, type WalkAnswer, walk } from './walk.ts'
import { type WalkOperation, walkOperations } from './walk-operations.ts'

// The walk requests more at once than a client may.
const boundless = {
  ...defaultLimits,
  depth: 1_000,
  cost: 1e9,
  aliases: 1e6,
  tokens: 1e6,
  nesting: 100,
  bodyBytes: 1e7,
  answerBytes: 1e9,
  operationsPerSocket: 100,
}
const rates = { perToken: 1e12, perWorkspace: 1e12, windowSeconds: 60 }
const api = await startTestApi({ options: { limits: boundless, rates } })

const allCoordinates = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
  .flatMap((type) => (isObjectType(type) ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`) : []))

function ruleAt(coordinate: string) {
  const [type = '', field = ''] = coordinate.split('.')
  return ruleOf(type, field)
}

/** The rejection of the field: data of a mutation, or else an error. */
function refusalOf({ field }: WalkOperation, { data, errors }: WalkAnswer): string | undefined {
  const [place] = placesOf(data)
  const typename = (place?.value as { __typename?: string } | null)?.__typename
  return field.startsWith('Mutation.') ? typename : (errors[0]?.extensions?.code as string | undefined)
}

test('B20: the walk covers every field of the schema', async () => {
  const { things } = await storeMarkedWorkspace(api)

  const covered = new Set(walkOperations(schema, things).flatMap(({ coordinates }) => [...coordinates]))

  expect(allCoordinates.filter((coordinate) => !covered.has(coordinate))).toEqual([])
})

test('B20: without valid credentials, no field returns anything', async () => {
  const { things } = await storeMarkedWorkspace(api)

  for (const { text } of walkOperations(schema, things)) {
    const { status, data, errors } = await walk(api.url, text)

    expect({ status, data, code: errors[0]?.extensions?.code }, text).toEqual({
      status: 401,
      data: null,
      code: 'UNAUTHENTICATED',
    })
  }
})

test('B19 B20: a member is refused exactly the fields for admins and changes nothing', async () => {
  const workspace = await storeMarkedWorkspace(api)
  const { token } = await api.createUser(workspace.workspaceId, 'MEMBER')
  const isMembers = ({ field }: WalkOperation) => ruleAt(field) === 'member'
  const operations = walkOperations(schema, workspace.things)
  const before = await contentOf(api, workspace)

  for (const operation of operations.filter((operation) => !isMembers(operation))) {
    const answer = await walk(api.url, operation.text, token)
    expect(refusalOf(operation, answer), operation.text).toMatch(/^(ForbiddenError|FORBIDDEN)$/)
    expect(answer.text).not.toContain(mark)
  }
  expect(await contentOf(api, workspace)).toBe(before)

  for (const operation of operations.filter(isMembers)) {
    const answer = await walk(api.url, operation.text, token)
    expect(refusalOf(operation, answer), operation.text).not.toBe('ForbiddenError')
    for (const { coordinate, value } of placesOf(answer.data)) {
      if (ruleAt(coordinate) !== 'member') expect(value, `${coordinate} in ${operation.text}`).toBeNull()
    }
    for (const { path, extensions } of answer.errors.filter(({ extensions }) => extensions?.code === 'FORBIDDEN')) {
      const refused = String(path?.findLast((step) => typeof step === 'string')).replace('__', '.')
      expect(ruleAt(refused), `${refused} ${JSON.stringify(extensions)}`).not.toBe('member')
    }
  }
})

test.for<[scope: TokenScope]>([['READ'], ['WRITE'], ['ADMIN']])(
  "B19: a machine user with an admin's role and only the scope %s uses exactly what the scope covers",
  async ([scope]) => {
    const workspace = await storeMarkedWorkspace(api)
    const { workspaceId } = workspace
    const machine = { name: 'CI', role: 'WORKSPACE_ADMIN', scopes: [scope] } as const
    const { token } = await createMachineUser(api.database, null, workspaceId, machine)
    const needs = (field: string): TokenScope =>
      ruleAt(field) !== 'member' ? 'ADMIN' : field.startsWith('Mutation.') ? 'WRITE' : 'READ'
    const all = walkOperations(schema, workspace.things)
    const operations = all.filter(({ field }, index) => all.findIndex((other) => other.field === field) === index)
    const before = await contentOf(api, workspace)

    for (const operation of operations.filter(({ field }) => needs(field) !== scope)) {
      const answer = await walk(api.url, operation.text, token)
      expect(refusalOf(operation, answer), operation.field).toMatch(/^(ForbiddenError|FORBIDDEN)$/)
      expect(answer.text, operation.field).toContain(needs(operation.field))
      expect(answer.text).not.toContain(mark)
    }
    expect(await contentOf(api, workspace)).toBe(before)

    for (const operation of operations.filter(({ field }) => needs(field) === scope)) {
      // Might remove the machine user itself.
      if (scope === 'ADMIN' && operation.field.startsWith('Mutation.')) continue
      const answer = await walk(api.url, operation.text, token)
      expect(refusalOf(operation, answer), operation.field).not.toBe('ForbiddenError')
      for (const { path } of answer.errors.filter(({ extensions }) => extensions?.code === 'FORBIDDEN')) {
        const refused = String(path?.findLast((step) => typeof step === 'string')).replace('__', '.')
        expect(ruleAt(refused), refused).not.toBe('member')
      }
      for (const { coordinate, value } of placesOf(answer.data)) {
        if (scope !== 'ADMIN' && ruleAt(coordinate) !== 'member') expect(value, coordinate).toBeNull()
      }
    }
  },
)

test('B19 B20: every resolver of an admin field refuses members by itself', async () => {
  const viewer: Viewer = { userId: '', organizationId: '', workspaceId: '', plan: 'PREMIER', role: 'MEMBER' }
  const refused: string[] = []

  for (const coordinate of allCoordinates.filter((coordinate) => ruleAt(coordinate) !== 'member')) {
    const [typeName = '', fieldName = ''] = coordinate.split('.')
    const type = schema.getType(typeName)
    const field = isObjectType(type) ? type.getFields()[fieldName] : undefined
    const resolve = typeName === 'Subscription' ? field?.subscribe : field?.resolve
    try {
      const info = { path: { prev: undefined, key: fieldName, typename: typeName } } as GraphQLResolveInfo
      const result = await resolve?.({}, {}, { viewer, answer: openAnswerMeter(1_000_000) }, info)
      expect(result, coordinate).toMatchObject({ code: 'FORBIDDEN' })
    } catch (error) {
      expect(error, coordinate).toMatchObject({ code: 'FORBIDDEN' })
    }
    refused.push(coordinate)
  }

  expect(refused).toContain('SyncError.message')
  expect(refused).toContain('Mutation.startSync')
})

test("B20: another workspace's admin reads and changes nothing, even with all ids", async () => {
  const theirs = await storeMarkedWorkspace(api)
  const { token } = await api.createWorkspace()
  const before = await contentOf(api, theirs)

  for (const { text } of walkOperations(schema, theirs.things)) {
    const answer = await walk(api.url, text, token)

    expect(answer.text.toLowerCase(), text).not.toContain(mark)
    const ids = placesOf(answer.data).filter(({ coordinate }) => coordinate.endsWith('.id'))
    for (const { value } of ids) expect(theirs.things.ids, text).not.toContain(value)
  }

  expect(await contentOf(api, theirs)).toBe(before)
})

test("B20: the workspace's own admin can read everything in the same walk and is never refused", async () => {
  const mine = await storeMarkedWorkspace(api)
  const met = new Map<string, boolean>()

  for (const operation of walkOperations(schema, mine.things)) {
    if (operation.field.startsWith('Mutation.')) continue
    const answer = await walk(api.url, operation.text, mine.token)
    for (const { coordinate } of placesOf(answer.data)) {
      met.set(coordinate, met.get(coordinate) || answer.text.includes(mark))
    }
    expect(answer.errors.filter(({ extensions }) => extensions?.code === 'FORBIDDEN')).toEqual([])
  }

  const nodes = schema.getPossibleTypes(schema.getType('Node') as GraphQLInterfaceType).map(({ name }) => name)
  expect(nodes).toEqual(expect.arrayContaining(['Contact', 'SyncSettings', 'HubSpotConnection', 'Viewer']))
  for (const node of nodes) expect(met.get(`${node}.id`), node).toBe(true)
})

test('B21: below the Growth plan, each field of the sync returns the required plan to an admin and changes nothing', async () => {
  const workspace = await storeMarkedWorkspace(api, { plan: 'STARTER' })
  const before = await contentOf(api, workspace)

  for (const operation of walkOperations(schema, workspace.things)) {
    if (ruleAt(operation.field) !== 'syncAdmin') continue
    const answer = await walk(api.url, operation.text, workspace.token)

    expect(refusalOf(operation, answer), operation.text).toMatch(/^(PlanRequiredError|PLAN_REQUIRED)$/)
  }

  expect(await contentOf(api, workspace)).toBe(before)
})
