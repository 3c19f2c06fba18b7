import { expect, it } from 'vitest'
import { givenARunInProcesses, hangMs } from './run-in-processes.ts'

it(
  'I8: another worker goes on where the machine of one vanished without a word, and what that one does later changes nothing',
  async () => {
    // given
    const given = await givenARunInProcesses('postgres')
    const vanished = await given.startWorker('line')
    await given.start()
    await given.untilItMoves()

    // when
    given.line.silence()
    await given.startWorker()

    // then: another one goes on before it is back
    await given.untilItMoves()
    given.line.restore()
    await given.untilItEndsAsUndisturbed()
    expect(await vanished.stop()).toMatchObject({ code: 0 })
  },
  4 * hangMs,
)
