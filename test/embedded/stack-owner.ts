// A process that starts a stack and keeps it until it is told to stop. Tests kill it. STACK_OPTIONS contains the
// options in JSON.
import { startStack } from '../../embedded/stack.ts'

const { databaseUrl, servers, folder, guardian, stop } = await startStack(JSON.parse(process.env.STACK_OPTIONS ?? '{}'))
const staying = setInterval(() => {}, 60_000)
process.once('SIGTERM', async () => {
  clearInterval(staying)
  await stop()
})
console.log(JSON.stringify({ databaseUrl, pids: servers.map(({ pid }) => pid), guardianPid: guardian.pid, folder }))
