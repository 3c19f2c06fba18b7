import { beforeAll, describe, test } from 'vitest'
import { createTestDatabase } from '../../support/test-database.ts'
import { refusedEmail, type World } from '../reference/world.ts'
import type { Change } from '../worlds/changes.ts'
import {
  email,
  inHubSpot,
  linkedTo,
  mapping,
  phone,
  settings,
  stored,
  synced,
  usualSettings,
  world,
} from '../worlds/small-worlds.ts'
import type { Pace } from '../worlds/stories.ts'
import { liveThrough, type Stage } from './live-through.ts'
import { createOrganization } from './real-sync.ts'
import { worldPortal } from './world-portal.ts'

/** Stories that are rarely drawn by chance. */

const pace: Pace = {
  membershipLimit: 3,
  pageSize: 3,
  sliceSize: 2,
  readLimit: 2,
  pagesAhead: 2,
  isStopAndGo: false,
  crashesAtCalls: [],
}

let stage: Stage

beforeAll(async () => {
  const database = await createTestDatabase()
  stage = {
    database,
    organizationId: await createOrganization(database),
    openPortal: (hubspot) => worldPortal(hubspot, () => {}),
  }
})

const linked = (key: string, id: number, address: string) => stored(key, [synced(email(address))], linkedTo(id))

const chain = [1, 2, 3, 4, 5, 6, 7].map((id) => linked(`X${id}`, id, `${id}@x.io`))
const handedDown = [1, 2, 3, 4, 5, 6, 7].map((id) => inHubSpot(id, { email: `${id + 1}@x.io` }))

const ann = { firstname: 'Ann', email: 'a@x.io' }
const x = linked('X', 7, 'a@x.io')

interface Told {
  readonly says: string
  readonly from: World
  readonly pace?: Partial<Pace>
  /** Changes before each run after the first. The last run finds none. */
  readonly before?: Change[][]
}

describe('the sync does what the reference sync does', () => {
  const stories: Told[] = [
    { says: 'B51: a chain of handles that all move down by one takes many passes', from: world(handedDown, chain) },
    {
      says: 'B51: a chain whose last handle is held locally moves nothing',
      from: world(handedDown, [...chain, stored('Z', [{ ...email('8@x.io'), fromHubspot: false }])]),
    },
    {
      says: 'B40: a contact that was skipped and is unchanged again is up to date again',
      from: world([inHubSpot(7, ann)], [x]),
      before: [[{ kind: 'empty handles', of: 0 }], [{ kind: 'put HubSpot back' }]],
    },
    {
      says: 'B40, B58: the sync time of a contact that left the scope does not advance when it returns and is skipped',
      from: world([inHubSpot(7, {}, false)], [{ ...x, ...linkedTo(7, 'OUT_OF_SCOPE') }]),
      before: [[{ kind: 'enter or leave list', of: 0 }]],
    },
    {
      says: 'B40, B53: the sync time of a contact that failed does not advance',
      from: world([inHubSpot(7, ann)], [x]),
      before: [[{ kind: 'set value', of: 0, from: { email: refusedEmail } }], [{ kind: 'put HubSpot back' }]],
    },
    {
      says: 'HUBSPOT_FIELD_NOT_FOUND: while a handle property is gone, a contact without another one goes on',
      from: world([inHubSpot(7, { firstname: 'Ann', work_email: 'a@x.io' })], [x], {
        ...usualSettings,
        mappings: [mapping('firstname', 'NAME'), mapping('work_email', 'EMAIL'), mapping('phone', 'PHONE')],
      }),
      before: [
        [
          { kind: 'delete or restore property', property: 'work_email' },
          { kind: 'set value', of: 0, from: { firstname: 'Bea' } },
        ],
      ],
    },
    {
      says: "B43, B46: contacts that take over each other's HubSpot ids on one page",
      from: world(
        [inHubSpot(3, { email: 'a@x.io' }), inHubSpot(5, { phone: '4155552671' })],
        [
          stored('Y', [synced(email('a@x.io'))], linkedTo(5, 'SOURCE_DELETED')),
          stored('Z', [synced(phone('+14155552671'))], linkedTo(8, 'SOURCE_DELETED')),
        ],
        settings([mapping('email', 'EMAIL'), mapping('phone', 'PHONE')]),
      ),
    },
    {
      says: 'B59, I8: the primary survives, even if its turn to leave the scope comes on a later page',
      from: world([inHubSpot(7, ann), inHubSpot(9, { email: 'b@x.io' })], [x, linked('Y', 9, 'b@x.io')]),
      pace: { pageSize: 1 },
      before: [
        [
          { kind: 'enter or leave list', of: 0 },
          { kind: 'enter or leave list', of: 1 },
          { kind: 'merge contacts', of: 1, to: 0, isToldOf: true },
        ],
      ],
    },
    {
      says: 'B29, B59: merging a contact out of scope with one that follows HubSpot needs no room at the limit',
      from: world(
        [inHubSpot(7, ann, false), inHubSpot(9, { email: 'b@x.io' })],
        [{ ...x, ...linkedTo(7, 'OUT_OF_SCOPE') }, linked('Y', 9, 'b@x.io')],
        { ...usualSettings, contactLimit: 1 },
      ),
      before: [[{ kind: 'merge contacts', of: 0, to: 1, isToldOf: false }]],
    },
  ]
  test.each(stories.map((told) => [told.says, told] as const))('%s', async (_, { from, before = [], pace: own }) => {
    const runs = [[], ...before, []].map((changes) => ({ changes, pace: { ...pace, ...own } }))

    await liveThrough(stage, { world: from, runs })
  })
})
