// Outlives the process that started it, by design. When that process ends in any way (including kill -9), its pipe to
// this one closes. The guardian then stops the servers that it had started and removes its temporary folders. Plain
// JavaScript, so that it starts immediately and needs no loader. Lines on stdin: +pid, -pid, or a folder as JSON.
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

const pids = new Set()
const folders = new Set()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})

for await (const line of createInterface({ input: process.stdin })) {
  if (line.startsWith('+')) pids.add(Number(line.slice(1)))
  else if (line.startsWith('-')) pids.delete(Number(line.slice(1)))
  else folders.add(JSON.parse(line))
}

// SIGINT is PostgreSQL's "fast" shutdown and also ends Redis. SIGQUIT is PostgreSQL's "immediate" shutdown.
for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL']) {
  for (const pid of pids) send(pid, signal)
  for (let waits = 0; waits < 100 && [...pids].some((pid) => send(pid, 0)); waits++) await sleep(50)
}
for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })

function send(pid, signal) {
  try {
    return process.kill(pid, signal)
  } catch {
    return pids.delete(pid) && false
  }
}
