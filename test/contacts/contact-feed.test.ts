import { expect, test } from 'vitest'
import { announceContacts } from '../../src/contacts/announce-contacts.ts'
import type { ChangePosition } from '../../src/contacts/change-position.ts'
import { openContactFeed } from '../../src/contacts/contact-feed.ts'
import { lockContacts } from '../../src/contacts/contact-lock.ts'
import { presentPosition, readChanges } from '../../src/contacts/read-changes.ts'
import { inTransaction } from '../../src/database/database.ts'
import { followAlone } from '../../src/followers/follow-alone.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { storeContact } from '../support/graphql/stored-rows.ts'
import { createTestBroker, eachBroker } from '../support/test-broker.ts'
import { createTestDatabase } from '../support/test-database.ts'

eachBroker('followers of contacts', (kind) => {
  async function workspace() {
    const database = await createTestDatabase()
    const { announcements } = await createTestBroker(kind, database.url)
    const { workspaceId } = await createWorkspace(database, { name: 'W', plan: 'SCALE', adminEmail: 'a@w.test' })
    const log = { warn: () => {} }
    const rename = async (id: string, name: string) => {
      await inTransaction(database.pool, async (client) => {
        await lockContacts(client, workspaceId)
        await client.query('UPDATE contact SET name = $2, updated_at = change_time() WHERE id = $1', [id, name])
      })
      await announceContacts({ announcements, log }, workspaceId, [id])
    }
    const watch = async (signal: AbortSignal) => {
      const source = {
        announcements,
        readChanges: (of: string, after: ChangePosition, limit: number) =>
          readChanges(database.pool, of, after, { limit }),
      }
      const followed = { workspaceId, isWanted: () => true, present: async () => null }
      const position = await presentPosition(database.pool, workspaceId)
      const feed = await openContactFeed(source, followed, signal)
      return followAlone(feed, { position, isNew: false }, signal)
    }
    return { database, workspaceId, rename, watch }
  }

  test('B6: a slow follower receives one event about a contact that changed many times, and an event about every contact that changed', async () => {
    const { database, workspaceId, rename, watch } = await workspace()
    const ids = [
      await storeContact(database, workspaceId, { name: 'a' }),
      await storeContact(database, workspaceId, { name: 'b' }),
      await storeContact(database, workspaceId, { name: 'c' }),
    ]
    const leaving = new AbortController()
    const changes = await watch(leaving.signal)
    for (let turn = 0; turn < 20; turn++) for (const id of ids) await rename(id, `${id}-${turn}`)

    // The follower looks only now.
    const told = [await changes.next(), await changes.next(), await changes.next()].map(({ value }) => value?.id)
    const next = changes.next()
    await rename(ids[1] ?? '', 'last')

    expect(told).toEqual(ids)
    expect((await next).value).toMatchObject({ id: ids[1], kind: 'UPDATED' })
    leaving.abort()
    await expect(changes.next()).rejects.toThrow(leaving.signal.reason)
  })

  test('B6: changes of consecutive writers are reported in the order of their commits, and none is omitted', async () => {
    const { database, workspaceId, rename, watch } = await workspace()
    const ids: string[] = []
    for (let n = 0; n < 30; n++) ids.push(await storeContact(database, workspaceId, { name: String(n) }))
    const leaving = new AbortController()
    const changes = await watch(leaving.signal)
    const told = new Map<string, bigint>()
    const places: bigint[] = []
    const listening = (async () => {
      for await (const { id, position } of changes) {
        told.set(id, position.at)
        places.push(position.at)
      }
    })()

    await Promise.all(ids.map((id, n) => rename(id, `renamed ${n}`)))

    await expect.poll(() => told.size, { timeout: 120_000 }).toBe(ids.length)
    leaving.abort()
    await expect(listening).rejects.toThrow(leaving.signal.reason)
    expect(places).toEqual([...places].sort((a, b) => (a < b ? -1 : 1)))
  })
})
