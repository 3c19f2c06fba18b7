import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** Resident memory of a process in MB. Reading /proc costs the measured process nothing. */
export function residentMbOf(pid: number): number {
  if (process.platform !== 'linux') return Number(ps(pid, 'rss')) / 1024
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

/**
 * CPU seconds, user and system, that a process has used so far. Includes the processes that it started, unless it is this
 * process.
 */
export function cpuSecondsOf(pid: number): number {
  return pid === process.pid ? (timesOf(pid)[0] ?? 0) : cpuSecondsOfTree(pid, allProcesses())
}

function cpuSecondsOfTree(pid: number, processes: readonly number[][]): number {
  const [own = 0, ended = 0] = timesOf(pid)
  const children = processes.flatMap(([child = 0, parent]) => (parent === pid ? [child] : []))
  return children.reduce((sum, child) => sum + cpuSecondsOfTree(child, processes), own + ended)
}

/** Linux counts in hundredths of a second. */
const ticksPerSecond = 100

/** Ticks of the process itself, and of its children that have ended. */
function timesOf(pid: number): number[] {
  if (process.platform !== 'linux') {
    const [seconds = 0, minutes = 0, hours = 0] = ps(pid, 'time').split(/[-:]/).map(Number).reverse()
    return [hours * 3600 + minutes * 60 + seconds]
  }
  const stat = statOf(pid)
  if (stat === null) return []
  // The name, in parentheses, may contain spaces.
  const fields = stat.split(') ').at(-1)?.split(' ').map(Number) ?? []
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15)
  return [(user + system) / ticksPerSecond, (endedUser + endedSystem) / ticksPerSecond]
}

/** Null if the process has ended in the meantime. Its parent then counts what it used. */
function statOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return null
    throw error
  }
}

/** The ids of all processes and of their parents. Reads /proc if possible, because an extra process would be counted too. */
function allProcesses(): number[][] {
  if (process.platform !== 'linux') {
    const lines = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
    return lines.map((line) => line.trim().split(/\s+/).map(Number))
  }
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return ids.map((id) => [Number(id), Number(statOf(Number(id))?.split(') ').at(-1)?.split(' ')[1])])
}

function ps(pid: number, column: string): string {
  return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim()
}
