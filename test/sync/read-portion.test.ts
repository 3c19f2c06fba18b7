import { expect, it } from 'vitest'
import type { HubSpotRecord } from '../../src/hubspot/portal.ts'
import { type Portion, PortionReader } from '../../src/sync/reading/read-portion.ts'
import type { RunPart } from '../../src/sync/reading/run-part.ts'

const hour = 3_600_000

/** A HubSpot that answers each call only when the test says so. Two records per call. */
function createReader({
  pieceMs,
  pageBytes = 1_000_000,
  isClosing = () => false,
  textLength = 10,
  isKnown = () => true,
}: Given) {
  const calls: { ids: readonly bigint[]; answer: () => void }[] = []
  const part = {
    plan: { requested: [] },
    read: (ids: readonly bigint[]) =>
      new Promise<HubSpotRecord[]>((resolve) => {
        const records = ids
          .filter(isKnown)
          .map((id) => ({ hubspotId: id, properties: { note: 'x'.repeat(textLength) } }))
        calls.push({ ids, answer: () => resolve(records as unknown as HubSpotRecord[]) })
      }),
  } as unknown as RunPart
  const reader = new PortionReader(part, { readLimit: 2, pageBytes, pieceMs }, isClosing)
  return { calls, reader }
}

interface Given {
  readonly pieceMs: number
  readonly pageBytes?: number
  readonly isClosing?: () => boolean
  readonly textLength?: number
  /** False for records that HubSpot no longer has. */
  readonly isKnown?: (id: bigint) => boolean
}

const idsUpTo = (last: number) => Array.from({ length: last }, (_, index) => BigInt(index + 1))
const { signal } = new AbortController()
const portionOf = async (next: Promise<IteratorResult<Portion>>) => {
  const { value } = await next
  return { ids: value.ids.map(Number), rest: value.rest.length, records: value.records.length }
}

it('B68: the first call is a portion of its own, and the rest is requested while it is written', async () => {
  const { calls, reader } = createReader({ pieceMs: hour })
  const portions = reader.read(idsUpTo(8), signal)

  const first = portions.next()
  expect(calls).toHaveLength(1)
  calls[0]?.answer()
  expect(await portionOf(first)).toEqual({ ids: [1, 2], rest: 6, records: 2 })

  expect(calls).toHaveLength(4)
  for (const { answer } of calls) answer()
  expect(await portionOf(portions.next())).toEqual({ ids: [3, 4, 5, 6, 7, 8], rest: 0, records: 6 })
  expect((await portions.next()).done).toBe(true)
})

it('B68: if the answers take long, those that have arrived are a portion', async () => {
  // Any answer takes longer than this.
  const { calls, reader } = createReader({ pieceMs: 0 })
  const portions = reader.read(idsUpTo(10), signal)
  const first = portions.next()
  calls[0]?.answer()
  await first

  const second = portions.next()
  calls[1]?.answer()
  expect(await portionOf(second)).toEqual({ ids: [3, 4], rest: 6, records: 2 })
  calls[2]?.answer()
  calls[3]?.answer()
  expect(await portionOf(portions.next())).toEqual({ ids: [5, 6, 7, 8], rest: 2, records: 4 })
  const last = portions.next()
  calls[4]?.answer()
  expect(await portionOf(last)).toEqual({ ids: [9, 10], rest: 0, records: 2 })
})

it('large records are read one call at a time, and none before the previous ones were written', async () => {
  const { calls, reader } = createReader({ pieceMs: hour, pageBytes: 100, textLength: 1_000 })
  const portions = reader.read(idsUpTo(6), signal)

  for (const [index, ids] of [
    [1, 2],
    [3, 4],
    [5, 6],
  ].entries()) {
    const next = portions.next()
    calls[index]?.answer()
    expect(await portionOf(next)).toEqual({ ids, rest: 4 - 2 * index, records: 2 })
    expect(calls).toHaveLength(index + 1)
  }
})

it('once the turn is over, a page is read to its end, so that no call for the pages after it is wasted', async () => {
  const { calls, reader } = createReader({ pieceMs: hour, isClosing: () => true })
  const portions = reader.read(idsUpTo(4), signal)

  const first = portions.next()
  calls[0]?.answer()
  await first
  calls[1]?.answer()

  expect(await portionOf(portions.next())).toEqual({ ids: [3, 4], rest: 0, records: 2 })
})

it('once the turn is over, the rest of a page of large records is left for the next turn', async () => {
  let isClosing = false
  const { calls, reader } = createReader({
    pieceMs: hour,
    isClosing: () => isClosing,
    pageBytes: 100,
    textLength: 1_000,
  })
  const portions = reader.read(idsUpTo(8), signal)

  isClosing = true
  const first = portions.next()
  calls[0]?.answer()

  expect(await portionOf(first)).toEqual({ ids: [1, 2], rest: 6, records: 2 })
  expect((await portions.next()).done).toBe(true)
  expect(calls).toHaveLength(1)
})

it('a suspect page is read cautiously: one call of at most the given number, after the previous one was written', async () => {
  const { calls, reader } = createReader({ pieceMs: hour })
  const portions = reader.readCautiously(idsUpTo(2), 1, signal)

  const first = portions.next()
  calls[0]?.answer()
  expect(await portionOf(first)).toEqual({ ids: [1], rest: 1, records: 1 })
  expect(calls).toHaveLength(1)
  const second = portions.next()
  calls[1]?.answer()
  expect(await portionOf(second)).toEqual({ ids: [2], rest: 0, records: 1 })
})

it.for(['read', 'readCautiously'] as const)(
  'however short the turn, %s goes on until it has found a record, so that the run moves on',
  async (way) => {
    const { calls, reader } = createReader({
      pieceMs: hour,
      isClosing: () => true,
      pageBytes: 100,
      textLength: 1_000,
      isKnown: (id) => id > 4n,
    })
    const ids = idsUpTo(8)
    const portions = way === 'read' ? reader.read(ids, signal) : reader.readCautiously(ids, 2, signal)

    const found: number[] = []
    const read = (async () => {
      for await (const { records } of portions) found.push(...records.map(({ hubspotId }) => Number(hubspotId)))
    })()
    for (let answered = 0; found.length === 0; await new Promise(setImmediate)) {
      for (; answered < calls.length; answered++) calls[answered]?.answer()
    }
    for (const { answer } of calls) answer()
    await read

    expect(found.slice(0, 2)).toEqual([5, 6])
  },
)
