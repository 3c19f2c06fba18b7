import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

/**
 * Handles what an earlier start left in the cluster's folder: waits for a server that is being stopped, stops a server
 * that lost both its parent and its guardian, and removes the pid file of a server that is gone. Throws if the server
 * belongs to a process that is alive.
 */
export async function settleLeftover(cluster: string, guardianFile: string): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid')
  const pid = await firstNumber(pidFile)
  if (pid === null) return
  // "Fast" first, "immediate" if that takes long. A killed postmaster would leave its children behind.
  const signals: NodeJS.Signals[] = ['SIGINT', 'SIGQUIT']
  const patienceMs = 5_000
  let until = Date.now() + patienceMs
  while (await isPostgres(pid)) {
    const isOver = Date.now() > until
    const guardian = await firstNumber(guardianFile)
    if (guardian !== null && isAlive(guardian)) {
      if (isOver) throw new Error(`another process already uses ${cluster} (its PostgreSQL has the process id ${pid})`)
    } else if (signals.length === 2 || isOver) {
      const signal = signals.shift()
      if (signal === undefined) throw new Error(`a PostgreSQL left on ${cluster} does not end (process id ${pid})`)
      process.kill(pid, signal)
      until = Date.now() + patienceMs
    }
    await sleep(100)
  }
  // PostgreSQL would not start while another program happens to have the number in its pid file.
  await rm(pidFile, { force: true })
}

async function firstNumber(file: string): Promise<number | null> {
  const number = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10)
  return number > 0 ? number : null
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function isPostgres(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false
  if (process.platform === 'win32') return true
  const command =
    process.platform === 'linux'
      ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      : (await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }))).stdout
  return command.includes('postgres')
}
