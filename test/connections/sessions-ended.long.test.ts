import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { someBroker } from '../support/test-broker.ts'
import { givenARunInProcesses, hangMs } from './run-in-processes.ts'

someBroker('sessions that PostgreSQL ends', (kind) => {
  it(
    'I8: processes survive the loss of all their connections during a run, and the run ends like an undisturbed one',
    async () => {
      // given
      const given = await givenARunInProcesses(kind)
      const processes = await Promise.all([
        given.startWorker('line'),
        given.startWorker('line'),
        given.startApi('line'),
      ])
      const ended: string[] = []
      for (const one of processes) void one.exited.then((exit) => ended.push(JSON.stringify([exit, one.lastLines()])))
      await given.start()

      // when: their sessions are ended in the middle of their work, and then they silently lose the server
      for (let round = 0; round < 4; round++) {
        await given.untilItMoves()
        await given.sync.database.pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        )
      }
      await given.untilItMoves()
      given.line.cut()
      await sleep(500)
      given.line.restore()

      // then
      await given.untilItEndsAsUndisturbed()
      expect(ended).toEqual([])
    },
    3 * hangMs,
  )
})
