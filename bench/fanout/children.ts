import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Broadcast, Connect, Delivered, FromClient, ToClient } from './messages.ts'

/** Starts one of this folder's processes; it ends with this one. */
function start(script: string): ChildProcess {
  return fork(fileURLToPath(new URL(script, import.meta.url)), { execArgv: ['--import', 'tsx'] })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** The next message of a child; rejects if it ends first. */
function answer(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('A process of the benchmark ended early.'))
    child.once('exit', ended)
    child.once('message', (message) => {
      child.off('exit', ended)
      resolve(message)
    })
  })
}

export interface Subscribers {
  /** Forgets what came so far; `last` is a text that only the last event holds. */
  begin(last: string): Promise<void>
  report(): Promise<Delivered>
  stop(): Promise<void>
}

/** Connects all subscribers, in a process of their own. */
export async function startSubscribers(connect: Connect): Promise<Subscribers> {
  const child = start('client.ts')
  await answer(child)
  const ask = async (message: ToClient) => {
    const answered = answer(child)
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
  const { port } = (await answer(child)) as { port: number }
  return {
    pid: child.pid as number,
    url: `ws://127.0.0.1:${port}`,
    broadcast: (message) => void child.send({ kind: 'broadcast', message } satisfies Broadcast),
    stop: () => stop(child),
  }
}
