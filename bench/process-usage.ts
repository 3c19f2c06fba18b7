import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Resident memory of a process in MB. Where /proc tells it, asking costs the process under measurement nothing. */
export function residentMbOf(pid: number): number {
  if (process.platform !== 'linux') return Number(ps(pid, 'rss')) / 1024
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

/** CPU time that a process has used so far, to the second on most systems. */
export function cpuSecondsOf(pid: number): number {
  const [seconds = 0, minutes = 0, hours = 0] = ps(pid, 'time').split(/[-:]/).map(Number).reverse()
  return hours * 3600 + minutes * 60 + seconds
}

function ps(pid: number, column: string): string {
  return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim()
}
