import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Stops servers and removes folders if this process ends without doing so itself, including by kill -9. */
export interface Guardian {
  readonly pid: number
  watch(pid: number): void
  forget(pid: number): void
  /** Removes the folder when this process ends or dismisses the guardian. */
  removeAtEnd(folder: string): void
  /** Resolves when everything that it watches is stopped and the folders are removed. */
  dismiss(): Promise<void>
}

export function startGuardian(): Guardian {
  // Detached, so that a Ctrl-C in the terminal does not reach it before it has done its work.
  const child = spawn(process.execPath, [fileURLToPath(new URL('guardian.mjs', import.meta.url))], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
    windowsHide: true,
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()))
  // Neither the child nor the pipe may keep this process from ending.
  child.unref()
  const pipe = child.stdin as typeof child.stdin & { unref?(): void }
  pipe.on('error', () => {})
  pipe.unref?.()
  return {
    pid: child.pid ?? 0,
    watch: (pid) => pipe.write(`+${pid}\n`),
    forget: (pid) => pipe.write(`-${pid}\n`),
    removeAtEnd: (folder) => pipe.write(`${JSON.stringify(folder)}\n`),
    dismiss: () => {
      child.ref()
      pipe.end()
      return ended
    },
  }
}
