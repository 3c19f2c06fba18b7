import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Stage } from '../model/engine/live-through.ts'
import { openStage } from '../model/engine/open-stage.ts'
import { createRealWorkspace, type RealWorkspace } from '../model/engine/real-sync.ts'
import { tellContact } from '../model/reference/told.ts'
import type { Contact, Store, World } from '../model/reference/world.ts'
import { applyChange } from '../model/worlds/changes.ts'
import { type Story, story } from '../model/worlds/stories.ts'
import { laneSeed, runs } from '../support/runs.ts'

const stories = runs(40, 2_000)
const lanes = 2

let stage: Stage

beforeAll(async () => {
  stage = await openStage(lanes)
})

describe.concurrent('syncing every record by itself has the same result as a full run', () => {
  for (let lane = 1; lane <= lanes; lane++) {
    test(`B43-B51, B54, B57-B59, I1, I8: in any small world (${lane} of ${lanes})`, async () => {
      await fc.assert(
        fc.asyncProperty(story, (told) => compareWays(stage, told)),
        { numRuns: Math.ceil(stories / lanes), seed: laneSeed(lane) },
      )
    })
  }
})

/**
 * The first run is a full run. Later changes reach one workspace by such a run, and the other one by single records.
 */
async function compareWays(
  { database, organizationId, openPortal }: Stage,
  { world: first, runs }: Story,
): Promise<void> {
  const [wholly, singly] = [
    await createRealWorkspace(database, organizationId),
    await createRealWorkspace(database, organizationId),
  ]
  for (const { store } of [wholly, singly]) await store.edit(nothing, first.store)
  const [opening, ...more] = runs
  if (opening === undefined) return
  const run = (workspace: RealWorkspace, { settings, hubspot }: World) =>
    workspace.sync(settings, opening.pace, openPortal(hubspot, opening.pace))
  const before = await run(wholly, first)
  await run(singly, first)
  let world: World = { ...first, store: before.store }
  for (const [index, { changes }] of more.entries()) {
    world = changes.reduce((changed, one, turn) => applyChange(changed, one, first, `${index}.${turn}`), world)
  }
  for (const { store } of [wholly, singly]) await store.edit(before.store, world.store)

  const whole = await run(wholly, world)
  const single = await everyRecord(singly, world, opening.pace, openPortal)

  expect(tellRecords(single)).toEqual(tellRecords(whole.store))
}

/** Accounts come first, as in a full run (B66). */
async function everyRecord(
  workspace: RealWorkspace,
  world: World,
  pace: Story['runs'][number]['pace'],
  openPortal: Stage['openPortal'],
): Promise<Store> {
  const { settings, hubspot, store } = world
  const known = (objectType: 'CONTACT' | 'ACCOUNT') =>
    new Set([
      // The records that others were merged into have to be found by those.
      ...(objectType === 'CONTACT' ? hubspot.contacts : hubspot.companies).flatMap(({ id, mergedIds }) =>
        mergedIds.length > 0 ? mergedIds : [id],
      ),
      ...(objectType === 'CONTACT' ? store.contacts : store.accounts).flatMap(({ link }) => link?.hubspotId ?? []),
      ...store.errors.filter((error) => error.objectType === objectType).map(({ hubspotId }) => hubspotId),
    ])
  const sync = (objectType: 'CONTACT' | 'ACCOUNT') =>
    workspace.syncRecords(settings, pace, openPortal(hubspot, pace), {
      objectType,
      ids: [...known(objectType)].filter((id) => id > 0n),
    })
  if (settings.accountMappings !== null) await sync('ACCOUNT')
  if (settings.contactSource !== null) await sync('CONTACT')
  return workspace.store.read()
}

const nothing: Store = { contacts: [], accounts: [], aliases: [], errors: [] }

/** Without what describes the runs themselves: when a record was seen, and the keys of records that they created. */
function tellRecords({ contacts, accounts, errors }: Store): string[] {
  const nameOf = new Map(accounts.map(({ key, externalId, name }) => [key, `${externalId} ${name}`]))
  const tell = (contact: Contact) =>
    tellContact({
      ...contact,
      key: '',
      account: contact.account === null ? null : (nameOf.get(contact.account) ?? '?'),
      link: contact.link && { ...contact.link, syncedInRun: 0 },
    })
  return [
    ...contacts.map(tell).sort(),
    ...accounts.map((account) => `account ${tell(account)}`).sort(),
    // Only a full run can settle a problem that is not about a single record.
    ...errors
      .filter(({ status, hubspotId }) => status === 'OPEN' && hubspotId > 0n)
      .map(({ objectType, type, hubspotId, property }) => `${objectType} ${type} of ${hubspotId} ${property}`)
      .sort(),
  ]
}
