import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { nextMessage } from '../next-message.ts'
import type { Broadcast, Connect, Delivered, FromClient, ToClient } from './messages.ts'

/** Starts one of this folder's processes. It ends with this process. */
function start(script: string): ChildProcess {
  return fork(fileURLToPath(new URL(script, import.meta.url)), { execArgv: ['--import', 'tsx'] })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

export interface Subscribers {
  /** Forgets the events so far. `last` is text that only the last event contains. */
  begin(last: string): Promise<void>
  report(): Promise<Delivered>
  stop(): Promise<void>
}

/** Connects all subscribers, in a separate process. */
export async function startSubscribers(connect: Connect): Promise<Subscribers> {
  const child = start('client.ts')
  await nextMessage(child)
  const ask = async (message: ToClient) => {
    const answered = nextMessage(child)
    child.send(message)
    return (await answered) as FromClient
  }
  await ask({ kind: 'connect', connect })
  return {
    begin: async (last) => void (await ask({ kind: 'begin', last })),
    report: async () => {
      const reported = await ask({ kind: 'report' })
      if (reported.kind !== 'report') throw new Error(`unexpected ${reported.kind}`)
      return reported.delivered
    },
    stop: () => stop(child),
  }
}

export interface RawServer {
  readonly pid: number
  readonly url: string
  broadcast(message: string): void
  stop(): Promise<void>
}

export async function startRawServer(): Promise<RawServer> {
  const child = start('raw-server.ts')
  const { port } = (await nextMessage(child)) as { port: number }
  return {
    pid: child.pid as number,
    url: `ws://127.0.0.1:${port}`,
    broadcast: (message) => void child.send({ kind: 'broadcast', message } satisfies Broadcast),
    stop: () => stop(child),
  }
}
