import { expect, it } from 'vitest'
import { givenARunInProcesses, hangMs } from './run-in-processes.ts'

it(
  "I8: if a worker's machine disappears, another worker continues, and nothing that the first one does later changes anything",
  async () => {
    // given
    const given = await givenARunInProcesses('postgres')
    const vanished = await given.startWorker('line')
    await given.start()
    await given.untilItMoves()

    // when
    given.line.silence()
    await given.startWorker()

    // then: another worker continues before it is back
    await given.untilItMoves()
    given.line.restore()
    await given.untilItEndsAsUndisturbed()
    expect(await vanished.stop()).toMatchObject({ code: 0 })
  },
  4 * hangMs,
)
