import { spawn } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Guardian } from './guardian.ts'
import type { User } from './unprivileged-user.ts'

/** A database server that runs next to this process. */
export interface ServerProcess {
  readonly pid: number
  /** Resolves when the server has ended, whoever ended it. */
  readonly exited: Promise<void>
  readonly hasExited: boolean
  stop(): Promise<void>
}

interface Options {
  program: string
  args: readonly string[]
  /** Sent to the server on its standard input. */
  input?: string
  logFile: string
  user: User | null
  guardian: Guardian
}

/** Starts a server whose output goes to `logFile`. Rejects if the program cannot be run at all. */
export async function startServer({ program, args, input, logFile, user, guardian }: Options): Promise<ServerProcess> {
  const log = await open(logFile, 'w')
  try {
    // Detached: a Ctrl-C in the terminal is for this process, which stops its servers in good order.
    const child = spawn(program, args, {
      ...user,
      cwd: '/',
      detached: true,
      windowsHide: true,
      stdio: ['pipe', log.fd, log.fd],
    })
    child.stdin?.on('error', () => {}).end(input)
    let hasExited = false
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => {
        hasExited = true
        guardian.forget(pid)
        resolve()
      })
    })
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    const pid = child.pid as number
    guardian.watch(pid)
    child.unref()
    return {
      pid,
      exited,
      get hasExited() {
        return hasExited
      },
      stop: async () => {
        child.ref()
        if (!hasExited) child.kill('SIGINT')
        const isSlow = await Promise.race([exited.then(() => false), sleep(10_000, true, { ref: false })])
        if (isSlow) child.kill('SIGQUIT')
        await exited
      },
    }
  } finally {
    await log.close()
  }
}

/**
 * Waits until `probe` succeeds. Throws with the end of the server's log if the server ends, or is not ready within
 * `withinMs`.
 */
export async function untilReady(
  server: ServerProcess,
  probe: () => Promise<void>,
  logFile: string,
  withinMs = 30_000,
) {
  const deadline = Date.now() + withinMs
  for (;;) {
    try {
      return await probe()
    } catch (error) {
      if (!server.hasExited && Date.now() < deadline) {
        await sleep(20)
        continue
      }
      const what = server.hasExited ? 'it ended at once' : `it was not ready within ${withinMs / 1000} seconds`
      throw new Error(`${what}. The end of its log:\n${await lastLines(logFile)}`, { cause: error })
    }
  }
}

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-10).join('\n')
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.listen(0, '127.0.0.1', resolve).once('error', reject))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
