import { openDatabase } from '../../../src/database/database.ts'
import { cleanUp } from '../../support/clean-up.ts'
import { createTestDatabase } from '../../support/test-database.ts'
import type { Stage } from './live-through.ts'
import { createOrganization, StoryCrash } from './real-sync.ts'
import { worldPortal } from './world-portal.ts'

/** A database for stories that are played in parallel, and portals that crash when a pace says so. */
export async function openStage(lanes: number): Promise<Stage> {
  const { url } = await createTestDatabase()
  const database = openDatabase(url, { connections: 4 * lanes + 2 })
  cleanUp(() => database.close())
  return {
    database,
    organizationId: await createOrganization(database),
    openPortal: (hubspot, { crashesAtCalls }) => {
      let calls = 0
      return worldPortal(hubspot, () => {
        if (crashesAtCalls.includes(calls++)) throw new StoryCrash()
      })
    },
  }
}
