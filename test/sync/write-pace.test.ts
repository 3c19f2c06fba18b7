import { expect, it } from 'vitest'
import { WritePace } from '../../src/sync/engine/write-pace.ts'

const tuning = { pieceMs: 800 }

/** Writes pages on a machine that takes `msPerRecord`, and returns the sizes of the pieces of each page. */
async function sizesOf(msPerRecord: number, pages: readonly number[]): Promise<number[][]> {
  let now = 0
  const pace = new WritePace(tuning, () => now)
  const sizes: number[][] = []
  for (const page of pages) {
    const pieces: number[] = []
    await pace.inPieces(Array.from({ length: page }), async (piece) => {
      pieces.push(piece.length)
      now += piece.length * msPerRecord
    })
    sizes.push(pieces)
  }
  return sizes
}

it('a page that is written fast enough stays whole; only the first one begins with a small piece', async () => {
  expect(await sizesOf(0.12, [1000, 1000, 1000])).toEqual([[20, 980], [1000], [1000]])
})

it('a page that would take longer is written in equal pieces that do not', async () => {
  expect(await sizesOf(0.6, [1000, 1000])).toEqual([
    [20, 490, 490],
    [500, 500],
  ])
})

it('however slow the database is, a piece has at least 20 records', async () => {
  expect(await sizesOf(1000, [120])).toEqual([[20, 20, 20, 20, 20, 20]])
})

it('the pace follows the database', async () => {
  let [now, msPerRecord] = [0, 2]
  const pace = new WritePace(tuning, () => now)
  const sizes: number[] = []
  const write = async (piece: readonly unknown[]) => {
    sizes.push(piece.length)
    now += piece.length * msPerRecord
    msPerRecord = 0.1
  }

  await pace.inPieces(Array.from({ length: 400 }), write)

  expect(sizes).toEqual([20, 190, 190])
})

it('a page without records is written once, since it closes a range of ids', async () => {
  expect(await sizesOf(1, [0, 50])).toEqual([[0], [20, 30]])
})
