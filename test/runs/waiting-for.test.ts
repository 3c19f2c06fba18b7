import { expect, it } from 'vitest'
import { RunStatus } from '../../src/generated/prisma/enums.ts'
import { states } from '../../src/sync/runs/run-states.ts'
import { waitingFor } from '../../src/sync/runs/waiting-for.ts'

const run = { scope: 'ALL', holdReason: null, waitReason: null } as const

it.each(Object.values(RunStatus))('B38: a run that is %s says what it waits for, if it does', (status) => {
  const isWaiting = states[status].isOpen && status !== 'RUNNING'

  const told = waitingFor({ ...run, status })

  if (!isWaiting) return expect(told).toBeNull()
  expect(told).toMatch(/^(The run waits|An admin) .*(by itself|resumeSync)/)
})

it('B58: a run that is held or throttled gives its own reason', () => {
  expect(waitingFor({ ...run, status: 'PAUSED', holdReason: 'Many left.' })).toBe('Many left.')
  expect(waitingFor({ ...run, status: 'THROTTLED', waitReason: 'HubSpot is silent.' })).toBe('HubSpot is silent.')
})
