import fc from 'fast-check'
import { expect, it } from 'vitest'
import { contactStore } from '../../src/contacts/contact-store.ts'
import { inTransaction } from '../../src/database/database.ts'
import { newId } from '../../src/database/new-id.ts'
import { writeChanges } from '../../src/records/write-changes.ts'
import type { RecordDraft } from '../../src/sync/mapping/record-draft.ts'
import { matchRecords } from '../../src/sync/matching/match-records.ts'
import { RecordDirectory } from '../../src/sync/matching/record-directory.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { runs } from '../support/runs.ts'
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts'

const emails = 40

const draft = (hubspotId: number, email: string): RecordDraft => ({
  hubspotId: BigInt(hubspotId),
  hubspotName: () => null,
  handles: [{ source: 'EMAIL', value: email }],
  handleSources: new Set(['EMAIL']),
  hasUnknownHandles: false,
  fields: { name: `Contact ${hubspotId}`, customFields: new Map() },
  invalidValues: [],
  mergedIds: [],
  account: { kind: 'untouched' },
  rowHash: 1n,
})

/** What applyPage does to the store, without a run. Returns the number of skipped contacts. */
async function writePage({ pool }: TestDatabase, workspaceId: string, drafts: readonly RecordDraft[]): Promise<number> {
  return inTransaction(pool, async (client) => {
    await contactStore.lock(client, workspaceId)
    const handles = drafts.flatMap((one) => one.handles)
    const externalIds = drafts.map((one) => String(one.hubspotId))
    const directory = new RecordDirectory(await contactStore.load(client, workspaceId, { externalIds, handles }))
    const { outcomes } = matchRecords(drafts, directory, { needsHandle: true, room: 1_000, newRecordId: newId })
    await writeChanges(client, workspaceId, contactStore, directory.changes(), new Date())
    return outcomes.blocked
  })
}

const owner = { name: 'Test', plan: 'GROWTH', adminEmail: 'ada@example.test' } as const

it('I2, B50: simultaneous writers of the same handles lose none, and no contact ends up without its handle', async () => {
  const database = await createTestDatabase()
  const page = (firstId: number) =>
    Array.from({ length: emails }, (_, n) => draft(firstId + n, `person${n}@example.test`))
  const pages = fc.array(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 2 }), { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(pages, async (rounds) => {
      const { workspaceId } = await createWorkspace(database, owner)
      let blocked = 0
      for (const writers of rounds) {
        const written = writers.map((writer) =>
          writePage(database, workspaceId, writer % 2 === 0 ? page(1_000 * writer) : page(1_000 * writer).reverse()),
        )
        blocked += (await Promise.all(written)).reduce((sum, count) => sum + count, 0)
      }

      const { rows } = await database.pool.query<{ contacts: number; handles: number; bare: number }>(
        `SELECT count(*)::integer AS contacts,
           (SELECT count(*)::integer FROM contact_handle WHERE workspace_id = $1) AS handles,
           count(*) FILTER (WHERE NOT EXISTS (SELECT FROM contact_handle WHERE contact_id = contact.id))::integer AS bare
         FROM contact WHERE workspace_id = $1`,
        [workspaceId],
      )
      expect(rows[0]).toEqual({ contacts: emails, handles: emails, bare: 0 })
      // The first writer holds all of them and is only confirmed later. All others were blocked each time.
      expect(blocked % emails).toBe(0)
    }),
    { numRuns: runs(15, 500) },
  )
})
