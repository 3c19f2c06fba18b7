import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { openJwtVerifier } from '../../src/auth/json-web-token.ts'
import { openBroker } from '../../src/broker/open-broker.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createCuttableLine } from '../support/cuttable-line.ts'
import { postBody } from '../support/graphql/post.ts'
import { openRawSocket } from '../support/graphql/raw-socket.ts'
import { startServerBeside } from '../support/graphql/start-server-beside.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { storeRun } from '../support/graphql/stored-rows.ts'
import { brokerKinds, createTestBroker, createTestBrokerOptions } from '../support/test-broker.ts'
import { waitFor } from '../support/wait-for.ts'

const secret = 'a secret that signs tokens of these tests'
const rates = { perToken: 20, perWorkspace: 50, windowSeconds: 3_600 }
const verifyJwt = openJwtVerifier({ jwtSecret: secret, jwksUrl: null, issuer: null, audience: null })
const options = { rates, verifyJwt }
const api = await startTestApi({ options })

const cheap = '{ viewer { role } }'
const tenPoints = '{ contacts(first: 9) { nodes { id } } }'

const ask = (token: string, query = cheap, url = api.url) => postBody(url, { query }, { token })

/** Sends requests until the token has no points left. */
async function spend(token: string, url = api.url): Promise<void> {
  while ((await ask(token, cheap, url)).status === 200);
}

test('the headers of each answer report how much of each limit remains', async () => {
  const { token } = await api.createWorkspace()
  await ask(token)

  const { headers } = await ask(token, tenPoints)

  expect(headers.get('ratelimit-policy')).toBe('"token";q=20;w=3600, "workspace";q=50;w=3600')
  expect(headers.get('ratelimit')).toMatch(/^"token";r=9;t=3\d{3}, "workspace";r=39;t=3\d{3}$/)
  expect(headers.get('retry-after')).toBeNull()
})

test('the extensions of each answer report its cost and what remains of the limit with fewer points left', async () => {
  const { token } = await api.createWorkspace()

  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: tenPoints }),
  })
  const { extensions } = (await response.json()) as { extensions: { cost: { resetAt: string } } }

  expect(extensions.cost).toEqual({
    requested: 10,
    maximum: 10_000,
    limit: 20,
    remaining: 10,
    resetAt: expect.any(String),
  })
  expect(Date.parse(extensions.cost.resetAt)).toBeGreaterThan(Date.now())
})

test('a token without points is rejected with 429 and a time to retry; other tokens are served', async () => {
  const { token, workspaceId } = await api.createWorkspace()
  const colleague = await api.createUser(workspaceId, 'MEMBER')
  const neighbour = await api.createWorkspace()
  await spend(token)

  const { status, headers, data, errors } = await ask(token)

  const seconds = Number(headers.get('retry-after'))
  expect(status).toBe(429)
  expect(seconds).toBeGreaterThan(0)
  expect(headers.get('ratelimit')).toMatch(/^"token";r=0;t=\d+, "workspace";r=30;/)
  expect(data).toBeNull()
  expect(errors).toEqual([
    {
      message: `This token has used all of its 20 points. Try again in ${seconds} seconds.`,
      extensions: { code: 'RATE_LIMITED', limitedBy: 'TOKEN', retryAfterSeconds: seconds },
    },
  ])
  expect((await ask(colleague.token)).status).toBe(200)
  expect((await ask(neighbour.token)).status).toBe(200)
})

test('an operation that costs more points than remain is not executed and takes one point', async () => {
  const { token, workspaceId } = await api.createWorkspace()
  await ask(token, tenPoints)
  const create = 'mutation { createContact(input: { name: "Ada" }) { __typename } }'

  const { status, errors } = await ask(token, create)

  expect(status).toBe(429)
  expect(errors[0]?.message).toMatch(
    /^The operation costs \d+ points, and this token has 9 of its 20 points left\. Try again/,
  )
  expect(await api.database.prisma.contact.count({ where: { workspaceId } })).toBe(0)
  expect((await ask(token)).headers.get('ratelimit')).toMatch(/^"token";r=8;/)
})

test('an unreadable request takes a point', async () => {
  const { token } = await api.createWorkspace()

  const { status, headers } = await ask(token, '{ viewer {')

  expect(status).toBe(400)
  expect(headers.get('ratelimit')).toMatch(/^"token";r=19;/)
})

test('the tokens of a workspace share its limit; other workspaces are served', async () => {
  const { token, workspaceId } = await api.createWorkspace()
  const members = await Promise.all(['a', 'b', 'c'].map(() => api.createUser(workspaceId, 'MEMBER')))
  const neighbour = await api.createWorkspace()
  await Promise.all([token, ...members.map((member) => member.token)].map((each) => spend(each)))
  const late = await api.createUser(workspaceId, 'MEMBER')

  const { status, errors } = await ask(late.token)

  expect(status).toBe(429)
  expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', limitedBy: 'WORKSPACE' } }])
  expect((await ask(neighbour.token)).status).toBe(200)
})

test('the JSON Web Tokens of a user share one limit', async () => {
  const { userId } = await api.createWorkspace()
  const sign = (expiry: string) =>
    new SignJWT()
      .setSubject(userId)
      .setIssuedAt()
      .setExpirationTime(expiry)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(secret))
  await spend(await sign('1 hour'))

  const { status } = await ask(await sign('2 hours'))

  expect(status).toBe(429)
})

test('a caller that retries after the reported time is served', async () => {
  const url = await startServerBeside(api, { options: { rates: { perToken: 3, perWorkspace: 50, windowSeconds: 1 } } })
  const { token } = await api.createWorkspace()
  const refusal = await waitFor(async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask(token, cheap, url)))
    return answers.find(({ status }) => status === 429)?.errors[0]
  })

  expect(refusal.extensions?.retryAfterSeconds).toBe(1)
  await waitFor(async () => (await ask(token, cheap, url)).status === 200)
})

const follow = 'subscription { syncProgress { status } }'

async function openSocket(token: string) {
  const socket = await openRawSocket(api.url)
  socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })
  const ack = await socket.next()
  expect(ack).toMatchObject({ type: 'connection_ack' })
  let id = 0
  return {
    ...socket,
    ack,
    ask: (query: string) => {
      id += 1
      socket.send({ type: 'subscribe', id: String(id), payload: { query } })
    },
  }
}

test('over WebSocket, each answer reports what remains; a rejected operation gets an error, and the socket stays open', async () => {
  const { token } = await api.createWorkspace()
  const socket = await openSocket(token)

  socket.ask(tenPoints)
  const answer = await socket.next()
  expect(await socket.next()).toMatchObject({ type: 'complete' })
  await spend(token)
  socket.ask(cheap)
  const refusal = await socket.next()
  socket.send({ type: 'ping' })

  expect(socket.ack.payload).toEqual({ rateLimit: { limit: 20, remaining: 19, resetAt: expect.any(String) } })
  expect(answer).toMatchObject({ type: 'next', payload: { extensions: { cost: { limit: 20, remaining: 9 } } } })
  expect(refusal).toMatchObject({
    type: 'error',
    payload: [{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) } }],
  })
  expect(JSON.stringify(refusal)).not.toContain('http')
  expect(await socket.next()).toMatchObject({ type: 'pong' })
})

test('a new socket of a token without points is closed with 1013 and a time to retry', async () => {
  const { token } = await api.createWorkspace()
  await spend(token)
  const socket = await openRawSocket(api.url)

  socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })

  expect(await socket.closed).toMatchObject({ code: 1013, reason: expect.stringContaining('Try again in') })
})

test('a subscription takes its points once, when it starts', async () => {
  const { token, workspaceId } = await api.createWorkspace()
  const { id: runId } = await storeRun(api.database, workspaceId)
  const socket = await openSocket(token)

  socket.ask('subscription { syncProgress { status errors(first: 3) { nodes { id } } } }')
  await socket.next()
  const started = await ask(token)
  await api.database.prisma.syncRun.update({ where: { id: runId }, data: { status: 'RUNNING' } })
  await api.sync.announcements.publish('run-progressed', workspaceId, { runId })
  expect(await socket.next()).toMatchObject({ payload: { data: { syncProgress: { status: 'RUNNING' } } } })
  const later = await ask(token)

  const remainingOf = ({ headers }: typeof later) => Number(/"token";r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1])
  expect(remainingOf(started)).toBeLessThan(17)
  expect(remainingOf(later)).toBe(remainingOf(started) - 1)
})

test('an event stream reports in its headers what remains, and a rejected one has status 429', async () => {
  const { token, workspaceId } = await api.createWorkspace()
  await storeRun(api.database, workspaceId)
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'text/event-stream' }
  const start = () => fetch(`${api.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query: follow }) })

  const response = await start()
  await response.body?.cancel()
  await spend(token)
  const refused = await start()

  expect(response.headers.get('ratelimit')).toMatch(/^"token";r=19;/)
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
  expect(await refused.text()).toContain('RATE_LIMITED')
})

describe.each(brokerKinds)('with a broker (%s)', (kind) => {
  test('the limits of a token and of a workspace apply to all API processes together', async () => {
    const broker = await createTestBroker(kind)
    const otherBroker = await openBroker(broker.options)
    cleanUp(() => otherBroker.close())
    const [one, other] = [
      await startServerBeside(api, { broker, options }),
      await startServerBeside(api, { broker: otherBroker, options }),
    ]
    const { token, workspaceId } = await api.createWorkspace()
    const members = await Promise.all([1, 2, 3].map(() => api.createUser(workspaceId, 'MEMBER')))
    const neighbour = await api.createWorkspace()

    await spend(token, one)
    // A process learns the other's count when it reports its own.
    const refusal = await waitFor(async () => {
      const { status, errors } = await ask(token, cheap, other)
      return status === 429 ? errors[0] : undefined
    })
    await Promise.all(members.map((member) => spend(member.token, one)))
    const late = await api.createUser(workspaceId, 'MEMBER')
    const lateRefusal = await waitFor(async () => {
      const { status, errors } = await ask(late.token, cheap, other)
      return status === 429 ? errors[0] : undefined
    })

    expect(refusal.extensions).toMatchObject({ code: 'RATE_LIMITED', limitedBy: 'TOKEN' })
    expect(lateRefusal.extensions).toMatchObject({ code: 'RATE_LIMITED', limitedBy: 'WORKSPACE' })
    expect((await ask(neighbour.token, cheap, other)).status).toBe(200)
  })

  test('while the broker is unavailable, requests are served and each process applies the limits by itself', async () => {
    const given = await createTestBrokerOptions(kind)
    const line = await createCuttableLine(given.redisUrl ?? given.databaseUrl)
    const broker = await openBroker(
      kind === 'redis' ? { ...given, redisUrl: line.url } : { ...given, databaseUrl: line.url },
    )
    cleanUp(() => broker.close())
    const url = await startServerBeside(api, { broker, options })
    const { token } = await api.createWorkspace()
    expect((await ask(token, cheap, url)).status).toBe(200)

    line.cut()
    await waitFor(() =>
      broker.check().then(
        () => false,
        () => true,
      ),
    )
    const statuses: number[] = []
    for (let asked = 0; asked < 25; asked++) statuses.push((await ask(token, cheap, url)).status)

    expect(statuses).toEqual([...Array(19).fill(200), ...Array(6).fill(429)])
  })
})
