import { expect, test } from 'vitest'
import { throttleErrors } from '../../src/broker/throttle-errors.ts'
import { waitFor } from '../support/wait-for.ts'

test('the first error of each kind is reported at once, and the others later, together with their number', async () => {
  const reported: string[] = []
  const onError = throttleErrors((error, count) => reported.push(`${count} ${error.message}`), 200)

  for (let number = 1; number <= 1_000; number++) onError(new Error(`OOM command not allowed, script ${number}`))
  onError(Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }))

  expect(reported).toEqual(['1 OOM command not allowed, script 1', '1 connect ECONNREFUSED 127.0.0.1:1'])
  await waitFor(() => reported.length > 2)
  expect(reported[2]).toBe('999 OOM command not allowed, script 1000')
})
