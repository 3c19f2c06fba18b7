import { describe, expect, test } from 'vitest'
import {
  email,
  inHubSpot,
  linkedTo,
  local,
  mapping,
  phone,
  settings,
  stored,
  synced,
  usualSettings,
  world,
} from '../worlds/small-worlds.ts'
import { referenceSync } from './reference-sync.ts'
import { told } from './told.ts'
import type { Contact, HubSpotContact, Settings } from './world.ts'

interface Example {
  readonly says: string
  readonly hubspot: HubSpotContact[]
  readonly before?: Contact[]
  readonly with?: Settings
  readonly gives: string[]
}

const sync = (example: Example): string[] =>
  told(referenceSync(world(example.hubspot, example.before, example.with ?? usualSettings), 1))

const a = email('a@x.io')
const b = email('b@x.io')
const p = phone('+14155552671')
const annAtA = { firstname: 'Ann', email: 'a@x.io' }

describe('the reference sync matches according to the rules', () => {
  const examples: Example[] = [
    {
      says: 'B44: the contact with the external id is updated, without a handle search',
      hubspot: [inHubSpot(7, annAtA)],
      before: [stored('X', [synced(b)], linkedTo(7))],
      gives: ['X: a@x.io | ACTIVE 7, seen in run 1 | Ann', 'COMPLETED: 1 updated'],
    },
    {
      says: 'B44: an external id that was set locally also matches, and becomes a link',
      hubspot: [inHubSpot(7, annAtA)],
      before: [stored('X', [local(b)], { externalId: '7' })],
      gives: ['X: a@x.io, b@x.io (local) | ACTIVE 7, seen in run 1 | Ann', 'COMPLETED: 1 updated'],
    },
    {
      says: 'B44, B50: a linked contact is skipped if another contact holds one of its handles',
      hubspot: [inHubSpot(7, annAtA)],
      before: [stored('X', [synced(b)], linkedTo(7)), stored('Y', [local(a)])],
      gives: [
        'X: b@x.io | ACTIVE 7 held, seen in run 0',
        'Y: a@x.io (local)',
        'OPEN EMAIL_TAKEN of 7 | on X | held by Y | run 1',
        'COMPLETED_WITH_ERRORS: 1 skipped',
      ],
    },
    {
      says: 'B45: if no handle field is mapped, nothing is searched, and contacts sync without handles',
      hubspot: [inHubSpot(7, annAtA)],
      before: [stored('X', [local(a)])],
      with: settings([mapping('firstname', 'FIRST_NAME')]),
      gives: ['7 of run 1: no handles | ACTIVE 7, seen in run 1 | Ann', 'X: a@x.io (local)', 'COMPLETED: 1 created'],
    },
    {
      says: 'B45: a handle in another notation is the same handle (B49)',
      hubspot: [inHubSpot(7, { email: ' A@X.IO ', phone: '(415) 555-2671' })],
      before: [stored('X', [local(p)])],
      gives: ['X: +14155552671 (local), a@x.io | ACTIVE 7, seen in run 1', 'COMPLETED: 1 linked'],
    },
    {
      says: 'B45, B8: a private contact neither matches nor blocks',
      hubspot: [inHubSpot(7, annAtA)],
      before: [stored('X', [local(a)], { isPrivate: true })],
      gives: [
        '7 of run 1: a@x.io | ACTIVE 7, seen in run 1 | Ann',
        'X (private): a@x.io (local)',
        'COMPLETED: 1 created',
      ],
    },
    {
      says: 'B46: a contact that is found and not linked is updated and linked',
      hubspot: [inHubSpot(7, annAtA)],
      before: [stored('X', [local(a)], { name: 'Anna' })],
      gives: ['X: a@x.io (local) | ACTIVE 7, seen in run 1 | Ann', 'COMPLETED: 1 linked'],
    },
    ...(['SOURCE_DELETED', 'MERGED_AWAY'] as const).map((state) => ({
      says: `B46: a contact whose link is ${state} is free to be linked again`,
      hubspot: [inHubSpot(7, annAtA)],
      before: [stored('X', [synced(a), synced(b)], linkedTo(5, state))],
      gives: ['X: a@x.io | ACTIVE 7, seen in run 1 | Ann', 'COMPLETED: 1 linked'],
    })),
    {
      says: 'B46, B47: out of scope counts as linked',
      hubspot: [inHubSpot(5, annAtA, false), inHubSpot(7, annAtA)],
      before: [stored('X', [synced(a)], linkedTo(5, 'OUT_OF_SCOPE'))],
      gives: [
        'X: a@x.io | OUT_OF_SCOPE 5, seen in run 0',
        'OPEN EMAIL_TAKEN of 7 | held by X of 5 | run 1',
        'COMPLETED_WITH_ERRORS: 1 skipped',
      ],
    },
    {
      says: 'B47: a contact that is linked to another HubSpot contact is skipped, and the error names it and both HubSpot contacts',
      hubspot: [inHubSpot(5, annAtA), inHubSpot(7, annAtA)],
      before: [stored('X', [synced(a)], linkedTo(5))],
      gives: [
        'X: a@x.io | ACTIVE 5, seen in run 1 | Ann',
        'OPEN EMAIL_TAKEN of 7 | held by X of 5 | run 1',
        'COMPLETED_WITH_ERRORS: 1 updated, 1 skipped',
      ],
    },
    {
      says: 'B47: an external id of another system counts as a link to something else',
      hubspot: [inHubSpot(7, { phone: '+1 415 555 2671' })],
      before: [stored('X', [local(p)], { externalId: 'crm-1' })],
      gives: [
        'X: +14155552671 (local) | external id crm-1',
        'OPEN PHONE_TAKEN of 7 | held by X | run 1',
        'COMPLETED_WITH_ERRORS: 1 skipped',
      ],
    },
    {
      says: 'B48: if none is found, a contact is created and linked',
      hubspot: [inHubSpot(7, annAtA)],
      gives: ['7 of run 1: a@x.io | ACTIVE 7, seen in run 1 | Ann', 'COMPLETED: 1 created'],
    },
    {
      says: 'B50: the email decides the match, then the phone is taken',
      hubspot: [inHubSpot(7, { email: 'a@x.io', phone: '4155552671' })],
      before: [stored('X', [local(a)]), stored('Y', [local(p)])],
      gives: [
        'X: a@x.io (local)',
        'Y: +14155552671 (local)',
        'OPEN PHONE_TAKEN of 7 | held by Y | run 1',
        'COMPLETED_WITH_ERRORS: 1 skipped',
      ],
    },
    {
      says: 'B50: the email decides even if the phone is mapped before it',
      hubspot: [inHubSpot(7, { email: 'a@x.io', phone: '4155552671' })],
      before: [stored('X', [local(a)]), stored('Y', [local(p)])],
      with: settings([mapping('phone', 'PHONE'), mapping('email', 'EMAIL')]),
      gives: [
        'X: a@x.io (local)',
        'Y: +14155552671 (local)',
        'OPEN PHONE_TAKEN of 7 | held by Y | run 1',
        'COMPLETED_WITH_ERRORS: 1 skipped',
      ],
    },
    {
      says: 'B50, B49: an additional email comes before an email mapped later',
      hubspot: [inHubSpot(7, { hs_additional_emails: 'new@x.io; a@x.io', work_email: 'b@x.io' })],
      before: [stored('X', [local(b)], linkedTo(9, 'OUT_OF_SCOPE')), stored('Y', [local(a)])],
      with: settings([mapping('email', 'EMAIL'), mapping('work_email', 'EMAIL')]),
      gives: [
        'X: b@x.io (local) | SOURCE_DELETED 9, seen in run 0',
        'Y: a@x.io (local)',
        'OPEN EMAIL_TAKEN of 7 | held by X of 9 | run 1',
        'COMPLETED_WITH_ERRORS: 1 skipped',
      ],
    },
  ]
  test.each(examples.map((example) => [example.says, example] as const))('%s', (_, example) => {
    expect(sync(example)).toEqual(example.gives)
  })
})
