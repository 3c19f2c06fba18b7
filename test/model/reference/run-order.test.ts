import { describe, expect, test } from 'vitest'
import { email, inHubSpot, linkedTo, stored, synced, world } from '../worlds/small-worlds.ts'
import { referenceSync } from './reference-sync.ts'
import { told } from './told.ts'
import type { Contact, HubSpotContact } from './world.ts'

interface Example {
  readonly says: string
  readonly hubspot: HubSpotContact[]
  readonly before?: Contact[]
  readonly gives: string[]
}

const at = (id: number, address: string, phone: string | null = null) => inHubSpot(id, { email: address, phone })
const linked = (key: string, id: number, ...addresses: string[]) =>
  stored(key, addresses.map(email).map(synced), linkedTo(id))

describe('the reference sync processes a run according to B51', () => {
  const examples: Example[] = [
    {
      says: 'B51: the lower HubSpot id wins, as a number',
      hubspot: [at(10, 'a@x.io'), at(9, 'a@x.io')],
      gives: [
        '9 of run 1: a@x.io | ACTIVE 9, seen in run 1',
        'OPEN EMAIL_TAKEN of 10 | held by 9 of run 1 of 9 | run 1',
        'COMPLETED_WITH_ERRORS: 1 created, 1 skipped',
      ],
    },
    {
      says: 'B51: if the lower one is itself skipped, the higher one may sync',
      hubspot: [at(5, 'a@x.io'), at(7, 'a@x.io', '4155552671'), at(8, 'b@x.io', '4155552671')],
      before: [linked('X', 5, 'a@x.io')],
      gives: [
        '8 of run 1: +14155552671, b@x.io | ACTIVE 8, seen in run 1',
        'X: a@x.io | ACTIVE 5, seen in run 1',
        'OPEN EMAIL_TAKEN of 7 | held by X of 5 | run 1',
        'COMPLETED_WITH_ERRORS: 1 created, 1 unchanged, 1 skipped',
      ],
    },
    {
      says: 'B51: a linked contact keeps its handle against a new contact with a lower id',
      hubspot: [at(3, 'a@x.io'), at(9, 'a@x.io')],
      before: [linked('X', 9, 'a@x.io')],
      gives: [
        'X: a@x.io | ACTIVE 9, seen in run 1',
        'OPEN EMAIL_TAKEN of 3 | held by X of 9 | run 1',
        'COMPLETED_WITH_ERRORS: 1 unchanged, 1 skipped',
      ],
    },
    {
      says: 'B51: a handle that moved to a higher id arrives in the same run',
      hubspot: [at(3, 'b@x.io'), at(9, 'a@x.io')],
      before: [linked('X', 3, 'a@x.io'), linked('Y', 9, 'c@x.io')],
      gives: ['X: b@x.io | ACTIVE 3, seen in run 1', 'Y: a@x.io | ACTIVE 9, seen in run 1', 'COMPLETED: 2 updated'],
    },
    {
      says: 'B51: a handle that moved to a lower id arrives in the same run',
      hubspot: [at(3, 'a@x.io'), at(9, 'b@x.io')],
      before: [linked('X', 3, 'c@x.io'), linked('Y', 9, 'a@x.io')],
      gives: ['X: a@x.io | ACTIVE 3, seen in run 1', 'Y: b@x.io | ACTIVE 9, seen in run 1', 'COMPLETED: 2 updated'],
    },
    {
      says: 'B51: a chain of moves, each to the next lower id, arrives completely',
      hubspot: [at(1, 'b@x.io'), at(2, 'c@x.io'), at(3, 'd@x.io'), at(4, 'e@x.io')],
      before: [linked('W', 1, 'a@x.io'), linked('X', 2, 'b@x.io'), linked('Y', 3, 'c@x.io'), linked('Z', 4, 'd@x.io')],
      gives: [
        'W: b@x.io | ACTIVE 1, seen in run 1',
        'X: c@x.io | ACTIVE 2, seen in run 1',
        'Y: d@x.io | ACTIVE 3, seen in run 1',
        'Z: e@x.io | ACTIVE 4, seen in run 1',
        'COMPLETED: 4 updated',
      ],
    },
    {
      says: 'B51: a swap is an error for both',
      hubspot: [at(1, 'b@x.io'), at(2, 'a@x.io')],
      before: [linked('X', 1, 'a@x.io'), linked('Y', 2, 'b@x.io')],
      gives: [
        'X: a@x.io | ACTIVE 1 held, seen in run 0',
        'Y: b@x.io | ACTIVE 2 held, seen in run 0',
        'OPEN EMAIL_TAKEN of 1 | on X | held by Y of 2 | run 1',
        'OPEN EMAIL_TAKEN of 2 | on Y | held by X of 1 | run 1',
        'COMPLETED_WITH_ERRORS: 2 skipped',
      ],
    },
    {
      says: 'B51: whoever comes first in the run takes a released handle, before contacts that are retried',
      hubspot: [at(1, 'a@x.io'), at(2, 'b@x.io'), at(3, 'a@x.io')],
      before: [linked('X', 2, 'a@x.io')],
      gives: [
        '3 of run 1: a@x.io | ACTIVE 3, seen in run 1',
        'X: b@x.io | ACTIVE 2, seen in run 1',
        'OPEN EMAIL_TAKEN of 1 | held by 3 of run 1 of 3 | run 1',
        'COMPLETED_WITH_ERRORS: 1 created, 1 updated, 1 skipped',
      ],
    },
  ]
  test.each(examples.map((example) => [example.says, example] as const))('%s', (_, { hubspot, before, gives }) => {
    for (const order of [hubspot, [...hubspot].reverse()]) {
      expect(told(referenceSync(world(order, before), 1))).toEqual(gives)
    }
  })
})
