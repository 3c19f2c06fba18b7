import { Readable } from 'node:stream'
import type { ReadableStream as WebReadableStream } from 'node:stream/web'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { FollowRun } from './operations.ts'
import { terminalStatuses } from './run-watch.ts'

/** How a dashboard follows a run. */
export type Transport = 'WebSocket' | 'server-sent events'
export const transports: readonly Transport[] = ['WebSocket', 'server-sent events']

export interface SeenState {
  readonly status: string
  readonly phase: string
  readonly progress: Readonly<Record<string, number | null>>
}

/** What one follower received, over all of its connections. */
export interface Followed {
  readonly transport: Transport
  readonly states: readonly SeenState[]
  /** Violations in words: what no follower should receive. */
  readonly complaints: readonly string[]
  /** Number of connections that it made. */
  readonly connections: number
  /** True if the run ended and the stream completed. */
  readonly isComplete: boolean
}

export interface Follower {
  readonly followed: Followed
  /** Resolves when the stream has completed after the end of the run, or when it is stopped. */
  readonly done: Promise<void>
  stop(): void
}

const isTerminal = (state: SeenState | undefined) =>
  state !== undefined && (terminalStatuses as readonly string[]).includes(state.status)

const pauseMs = 250

/** Follows a run until it receives its end. Reconnects whenever the connection breaks, as a dashboard does. */
export function followRun(
  transport: Transport,
  { apiUrl, token, runId }: { readonly apiUrl: string; readonly token: string; readonly runId: string },
): Follower {
  const states: SeenState[] = []
  const complaints: string[] = []
  const stopping = new AbortController()
  const followed = { transport, states, complaints, connections: 0, isComplete: false }
  const read = transport === 'WebSocket' ? readOverWebSocket : readOverSse
  const follow = async () => {
    while (!stopping.signal.aborted) {
      followed.connections++
      let terminals = 0
      let ended: 'complete' | 'broken' = 'broken'
      try {
        ended = await read({ apiUrl, token, runId, signal: stopping.signal }, (answer) => {
          const state = answer.data?.syncProgress
          if (answer.errors !== undefined) {
            complaints.push(`it was told of an error: ${answer.errors.map(({ message }) => message).join('; ')}`)
          }
          if (state == null) return
          if (terminals > 0) complaints.push(`it was told ${state.status} after the run's end`)
          if (isTerminal(state)) terminals++
          states.push(state)
        })
      } catch {
        // The API is unavailable. The follower will receive what it missed.
      }
      if (stopping.signal.aborted) return
      if (ended === 'complete') {
        if (terminals === 1) {
          followed.isComplete = true
          return
        }
        complaints.push(`the stream completed at ${states.at(-1)?.status ?? 'no state'}, before the run's end`)
      }
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  return { followed, done: follow(), stop: () => stopping.abort() }
}

interface Answer {
  readonly data?: { readonly syncProgress?: SeenState | null } | null
  readonly errors?: readonly { readonly message: string }[]
}

interface Connection {
  readonly apiUrl: string
  readonly token: string
  readonly runId: string
  readonly signal: AbortSignal
}

/** Reads one connection to its end. Returns whether the server completed the stream or the connection broke. */
async function readOverWebSocket(
  { apiUrl, token, runId, signal }: Connection,
  hear: (answer: Answer) => void,
): Promise<'complete' | 'broken'> {
  const client = createClient({
    url: `${apiUrl.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    onNonLazyError: () => {},
  })
  const stop = () => void client.dispose()
  signal.addEventListener('abort', stop)
  try {
    for await (const answer of client.iterate({ query: FollowRun.toString(), variables: { runId } })) {
      hear(answer as Answer)
    }
    return 'complete'
  } finally {
    signal.removeEventListener('abort', stop)
    await client.dispose()
  }
}

async function readOverSse(
  { apiUrl, token, runId, signal }: Connection,
  hear: (answer: Answer) => void,
): Promise<'complete' | 'broken'> {
  const response = await fetch(`${apiUrl}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: FollowRun.toString(), variables: { runId } }),
    signal,
  })
  if (!response.ok || response.body === null) throw new Error(`answered ${response.status}`)
  let text = ''
  const decoder = new TextDecoder()
  for await (const bytes of Readable.fromWeb(response.body as WebReadableStream)) {
    text += decoder.decode(bytes, { stream: true })
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const lines = event.split('\n')
      const name = lines
        .find((line) => line.startsWith('event:'))
        ?.slice(6)
        .trim()
      const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trim())
      if (name === 'complete') return 'complete'
      if (name === 'next') hear(JSON.parse(data.join('\n')) as Answer)
    }
  }
  return 'broken'
}
