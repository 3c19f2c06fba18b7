import pg from 'pg'
import { expect, it } from 'vitest'
import { createContact } from '../../src/contacts/save-contact.ts'
import { progressOf } from '../../src/sync/runs/progress.ts'
import { cleanUp } from '../support/clean-up.ts'
import { waitFor } from '../support/wait-for.ts'
import { givenARunInProcesses, hangMs } from './run-in-processes.ts'

it(
  'I8: a worker that is suspended during a page blocks neither its run nor the writes of members, and changes nothing later',
  async () => {
    // given: a worker whose next page waits for the contacts' lock
    const given = await givenARunInProcesses()
    const { database, viewer, context } = given.sync
    const stopped = await given.startWorker()
    await given.start()
    await given.untilItMoves()
    const gate = new pg.Client({ connectionString: database.url })
    gate.on('error', () => {})
    await gate.connect()
    cleanUp(() => gate.end())
    await gate.query(`SELECT pg_advisory_lock(hashtextextended('contacts:' || $1, 0))`, [viewer.workspaceId])
    await waitFor(() => isWaitedFor(database.pool), { timeoutMs: hangMs })

    // when: it is stopped there, and its session gets the lock
    process.kill(stopped.pid, 'SIGSTOP')
    await gate.query('SELECT pg_advisory_unlock_all()')
    const before = progressOf(await given.look()).processed
    await given.startWorker()

    // then: members can write, and another worker continues, while it is suspended
    const written = await waitFor(() => createContact(context, viewer, { name: 'Ada' }), { timeoutMs: hangMs })
    await waitFor(async () => progressOf(await given.look()).processed > before, { timeoutMs: hangMs })
    process.kill(stopped.pid, 'SIGCONT')
    expect(written).toEqual(expect.any(String))
    await given.untilItEndsAsUndisturbed()
    expect(await stopped.stop()).toMatchObject({ code: 0 })
  },
  4 * hangMs,
)

async function isWaitedFor(pool: pg.Pool): Promise<boolean> {
  const { rowCount } = await pool.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'`,
  )
  return rowCount !== 0
}
