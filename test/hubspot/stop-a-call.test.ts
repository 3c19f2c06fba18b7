import { describe, expect, it } from 'vitest'
import { pause } from '../../src/hubspot/pause.ts'
import type { HubSpotPortal } from '../../src/hubspot/portal.ts'
import { waitFor } from '../support/wait-for.ts'
import { openSimulatedPortal } from './simulated-portal.ts'

const ways: [string, (portal: HubSpotPortal, signal: AbortSignal) => Promise<unknown>][] = [
  ['a bulk read', (portal, signal) => portal.membershipPage('42', { after: null, limit: 10 }, signal)],
  ['a rare read', (portal, signal) => portal.accountInfo(signal)],
]

describe.each(ways)('%s', (_way, read) => {
  it('ends with the signal’s reason before HubSpot has answered', async () => {
    const { simulator, portal } = await openSimulatedPortal({ portals: [{ contacts: 20 }] })
    simulator.faults.add({ kind: 'slow', delayMs: 60_000 })
    const stop = new AbortController()

    const reading = read(portal, stop.signal)
    await waitFor(() => simulator.requests.total === 1)
    stop.abort(new Error('the worker stops'))

    await expect(reading).rejects.toThrow('the worker stops')
    expect(simulator.requests.total).toBe(1)
  })

  it('is not sent once the signal has aborted', async () => {
    const { simulator, portal } = await openSimulatedPortal({ portals: [{ contacts: 20 }] })

    await expect(read(portal, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
    expect(simulator.requests.total).toBe(0)
  })

  it('leaves no trace on a signal that outlives it', async () => {
    const { portal } = await openSimulatedPortal({ portals: [{ contacts: 20 }] })
    const warnings: Error[] = []
    const onWarning = (warning: Error) => warnings.push(warning)
    process.on('warning', onWarning)
    const { signal } = new AbortController()

    for (let count = 0; count < 3; count++) await Promise.all(Array.from({ length: 20 }, () => read(portal, signal)))
    await new Promise(setImmediate)
    process.off('warning', onWarning)

    expect(warnings).toEqual([])
  })
})

it('a pause between attempts ends with the signal’s reason', async () => {
  const stop = new AbortController()
  const waiting = pause(60_000, stop.signal)
  stop.abort(new Error('the worker stops'))

  await expect(waiting).rejects.toThrow('the worker stops')
})
