import { expect, test } from 'vitest'
import { createTestSync, setUpListSync } from '../support/test-sync.ts'
import { givenLiveUpdates, type LiveWorkspace, mappings, tellStore } from './live-fixture.ts'

/**
 * Some thousand events of every kind: contacts that are created, change, take over addresses, merge, leave, and come
 * back.
 */
function change({ simulator }: LiveWorkspace, ids: readonly string[]): void {
  const portal = simulator.portal()
  const idAt = (number: number) => ids[number] ?? ''
  for (let n = 0; n < 300; n++) portal.putContact({ id: idAt(n), properties: { firstname: `Changed ${n}` } })
  for (let n = 0; n < 200; n++) {
    portal.putContact({ properties: { firstname: `New ${n}`, email: `new-${n}@x.example` } })
  }
  for (let n = 300; n < 340; n++) portal.archiveContact(idAt(n))
  for (let n = 320; n < 340; n++) portal.restoreContact(idAt(n))
  for (let n = 340; n < 360; n += 2) portal.mergeContacts(idAt(n + 1), idAt(n))
  for (let n = 360; n < 380; n++) {
    portal.putContact({ id: idAt(n), properties: { email: null, phone: `+1 415 555 2${n}` } })
  }
  // An address that moves from one contact to another, in both directions of ids.
  for (let n = 380; n < 400; n += 2) {
    const [from, to] = n % 4 === 0 ? [n, n + 1] : [n + 1, n]
    const email = portal.contact(idAt(from))?.properties.email ?? null
    portal.putContact({ id: idAt(from), properties: { email: `aside-${n}@x.example` } })
    portal.putContact({ id: idAt(to), properties: { email } })
  }
}

test('B72, I1, I8: a thousand events, sent twice, shuffled, with a tenth lost, lead to the reference state after the next run', async () => {
  const live = await givenLiveUpdates()
  const { simulator, sync, put, catchUp, tell } = live
  const ids = Array.from({ length: 400 }, (_, n) => put({ firstname: `First ${n}`, email: `first-${n}@x.example` }))
  await catchUp()
  expect(await tell()).toHaveLength(400)
  simulator.webhooks.configure({ duplicateShare: 1, dropShare: 0.1, shuffle: true, batchSize: 17 })
  const { events, dropped } = simulator.webhooks.counts
  change(live, ids)
  const sent = simulator.webhooks.counts
  expect(sent.events - events).toBeGreaterThanOrEqual(1_000)
  expect(sent.dropped - dropped).toBeGreaterThan(50)

  await catchUp()
  const afterEvents = await tell()
  await sync.sync()

  const reference = await createTestSync({ simulator })
  await setUpListSync(reference, '42', mappings)
  await reference.sync()
  // A fresh store has not seen contacts that left or were merged.
  const isPresent = (row: string) => !/(SOURCE_DELETED|MERGED_AWAY)$/.test(row)
  expect((await tellStore(sync)).filter(isPresent)).toEqual(await tellStore(reference))
  // Most of it was there before the run.
  const final = new Set(await tell())
  expect(afterEvents.filter((row) => !final.has(row)).length).toBeLessThan(150)
})
