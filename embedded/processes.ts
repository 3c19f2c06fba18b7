import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Guardian } from './guardian.ts'
import { freePort } from './server-process.ts'
import type { User } from './unprivileged-user.ts'

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A process of ours that runs next to this one. */
export interface ManagedProcess {
  readonly pid: number
  readonly exited: Promise<Exit>
  /** Sends the signal, and resolves when the process has ended. */
  stop(signal?: NodeJS.Signals): Promise<Exit>
  /** The last lines that it wrote to stdout and stderr. */
  lastLines(): readonly string[]
}

export interface ApiProcess extends ManagedProcess {
  readonly url: string
}

interface Options {
  /** Called with every line that the process writes. */
  readonly onLine?: (line: string) => void
  /** Ends the process when this one is gone. */
  readonly guardian?: Guardian
  /** Restarts the process when a source file changes. */
  readonly reload?: boolean
  /** Arguments of the script. */
  readonly args?: readonly string[]
  /** Runs the process as another user. */
  readonly user?: User
  /** Folder of an installation for production, whose dist/ is run. Otherwise the sources of this project are run. */
  readonly installation?: string
}

type Env = Record<string, string | undefined>

/** It takes two seconds on an idle machine. This limit only ends a wait for something that never comes. */
const readyWithinMs = 240_000

/**
 * Starts the API or the worker as `npm run` does, and resolves when it is ready. Variables in `env` override those of
 * this process. The API gets a free port unless PORT is set, and stops without delay unless SHUTDOWN_DELAY is set.
 * Rejects with the last lines of its log if it ends early.
 */
export function startProcess(kind: 'serve', env: Env, options?: Options): Promise<ApiProcess>
export function startProcess(kind: 'work', env: Env, options?: Options): Promise<ManagedProcess>
export async function startProcess(
  kind: 'serve' | 'work',
  env: Env,
  options: Options = {},
): Promise<ManagedProcess | ApiProcess> {
  if (kind === 'work') {
    // The line that says that it is ready must not be filtered out.
    const worker = await startScript(entryPoint(kind, options), { LOG_LEVEL: 'info', ...env }, options)
    await worker.untilLine((line) => line.includes('"worker ready"'))
    return worker
  }
  const port = env.PORT ?? String(await freePort())
  const api = await startScript(entryPoint(kind, options), { SHUTDOWN_DELAY: '0', ...env, PORT: port }, options)
  const url = `http://127.0.0.1:${port}`
  await api.until(async () => (await fetch(`${url}/health/ready`)).ok)
  return { ...api, url }
}

function entryPoint(name: string, { installation }: Options): string {
  return installation === undefined ? `src/${name}.ts` : `dist/${name}.js`
}

/**
 * Starts a TypeScript file of this project, or a compiled file of an installation, in a separate process. The path is
 * relative to the root of either.
 */
export async function startScript(
  script: string,
  env: Env,
  { onLine, guardian, reload = false, user, installation, args = [] }: Options = {},
) {
  const root = installation ?? fileURLToPath(new URL('..', import.meta.url))
  const loader = installation === undefined ? ['--import', 'tsx'] : []
  const runner = reload ? [createRequire(import.meta.url).resolve('tsx/cli'), 'watch', '--clear-screen=false'] : loader
  const child = spawn(process.execPath, [...runner, script, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    ...user,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const watchers = new Set<(line: string) => void>()
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      if (lines.length > 200) lines.shift()
      onLine?.(line)
      for (const watcher of watchers) watcher(line)
    })
  }
  let exit: Exit | null = null
  const exited = new Promise<Exit>((resolve) => {
    // "close" comes after the last line; "exit" may come before it.
    child.once('close', (code, signal) => {
      exit = { code, signal }
      if (child.pid !== undefined) guardian?.forget(child.pid)
      resolve(exit)
    })
  })
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
  const pid = child.pid as number
  guardian?.watch(pid)

  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (exit === null) child.kill(signal)
    return exited
  }
  const failed = async (why: string) => {
    await stop('SIGKILL')
    return new Error(`${script} ${why}. Its last lines:\n${lines.slice(-20).join('\n')}`)
  }
  /** Resolves when `condition` is true. */
  const until = async (condition: () => boolean | Promise<boolean>) => {
    for (const deadline = Date.now() + readyWithinMs; ; await sleep(50)) {
      if (exit !== null) throw await failed(`ended with ${exit.signal ?? `code ${exit.code}`}`)
      if (await holds(condition)) return
      if (Date.now() > deadline) throw await failed(`was not ready within ${readyWithinMs / 1000} seconds`)
    }
  }
  /** Resolves with the first line, past or future, that `matches`. */
  const untilLine = async (matches: (line: string) => boolean) => {
    let found = lines.find(matches)
    const watcher = (line: string) => {
      if (matches(line)) found ??= line
    }
    watchers.add(watcher)
    try {
      await until(() => found !== undefined)
    } finally {
      watchers.delete(watcher)
    }
    return found as string
  }
  return { pid, exited, stop, lastLines: () => lines, until, untilLine }
}

/** A condition that throws is not true yet. */
async function holds(condition: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await condition()
  } catch {
    return false
  }
}
