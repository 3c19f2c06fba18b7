import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openDatabase } from '../../src/database/database.ts'
import { type Lease, withLease } from '../../src/database/lease.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createCuttableLine } from '../support/cuttable-line.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { waitFor } from '../support/wait-for.ts'

it("I8: there is one holder at a time; the next one has a higher number, and the first one's session settings are gone", async () => {
  const { pool } = await createTestDatabase()
  const numbers: bigint[] = []

  const outcome = await withLease(pool, 'work', async ({ number }) => {
    numbers.push(number)
    return withLease(pool, 'work', async () => 'both at once')
  })
  await withLease(pool, 'work', async ({ number }) => numbers.push(number))
  const settings = await pool.query('SHOW idle_session_timeout')

  expect(outcome).toBe('busy')
  expect(numbers[1]).toBeGreaterThan(numbers[0] as bigint)
  expect(settings.rows).toEqual([{ idle_session_timeout: '0' }])
})

it('I8: a holder that works for longer than a lease lasts keeps it with signs of life', async () => {
  const { pool } = await createTestDatabase()
  const lastsMs = 5_000

  const kept = await withLease(
    pool,
    'work',
    async (lease) => {
      await sleep(2 * lastsMs)
      lease.requireHeld()
      return (await withLease(pool, 'work', async () => 'taken')) === 'busy'
    },
    { lastsMs },
  )

  expect(kept).toBe(true)
})

it('I8: if a holder is cut off, PostgreSQL grants its lease to another one, and the holder is notified', async () => {
  const database = await createTestDatabase()
  const line = await createCuttableLine(database.url)
  const far = openDatabase(line.url, { connections: 1 })
  cleanUp(() => far.close())

  const first = withLease(
    far.pool,
    'work',
    async (lease) => {
      line.silence()
      await waitFor(() => lease.signal.aborted, { timeoutMs: 60_000 })
      const told = lease.signal.reason.name
      const second = await waitFor(
        async () => {
          const taken = await withLease(database.pool, 'work', async ({ number }) => number)
          return taken === 'busy' ? null : taken
        },
        { timeoutMs: 60_000 },
      )
      return { told, isLater: second > lease.number, held: isHeld(lease) }
    },
    { lastsMs: 1_000 },
  )

  expect(await first).toEqual({ told: 'LeaseLostError', isLater: true, held: false })
  line.cut()
  line.restore()
  expect((await far.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
})

it('I8: a holder whose process was suspended knows that it lost the lease before it does anything else', async () => {
  const { pool } = await createTestDatabase()
  const lastsMs = 500

  const held = await withLease(
    pool,
    'work',
    async (lease) => {
      // Nothing in this process runs in the meantime, not even a timer.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * lastsMs)
      return isHeld(lease)
    },
    { lastsMs },
  )

  expect(held).toBe(false)
})

it('I8: a lease whose session PostgreSQL ends is lost immediately, and can be taken again', async () => {
  const { pool } = await createTestDatabase()

  const signal = await withLease(pool, 'work', async (lease) => {
    const { rows } = await lease.client.query('SELECT pg_backend_pid() AS pid')
    await pool.query('SELECT pg_terminate_backend($1)', [rows[0].pid])
    await waitFor(() => lease.signal.aborted, { timeoutMs: 60_000 })
    return lease.signal
  })

  expect(signal).toMatchObject({ aborted: true })
  expect(await waitFor(async () => (await withLease(pool, 'work', async () => 'again')) === 'again')).toBe(true)
})

function isHeld(lease: Lease): boolean {
  try {
    lease.requireHeld()
    return true
  } catch {
    return false
  }
}
