// Loaded into the server under comparison with `--import`. The first SIGUSR2 starts a CPU profile; the next one writes it to
// PROFILE_FILE.
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'

const session = new Session()
let isRunning = false

process.on('SIGUSR2', () => {
  if (!isRunning) {
    session.connect()
    session.post('Profiler.enable')
    session.post('Profiler.setSamplingInterval', { interval: 200 })
    session.post('Profiler.start')
  } else {
    session.post('Profiler.stop', (_error, { profile }) =>
      writeFileSync(process.env.PROFILE_FILE, JSON.stringify(profile)),
    )
    session.disconnect()
  }
  isRunning = !isRunning
})
