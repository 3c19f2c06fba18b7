import { describe, expect, it } from 'vitest'
import { HubSpotUnreadableError } from '../../src/hubspot/errors.ts'
import { readRecords } from '../../src/hubspot/read-records.ts'
import { openSimulatedPortal } from './simulated-portal.ts'

describe('readContacts', () => {
  it('returns null for an empty property and nothing for a property that HubSpot does not know', async () => {
    const { simulator, portal } = await openSimulatedPortal({ portals: [{ empty: true }] })
    const id = simulator.portal().putContact({ properties: { email: 'ada@example.test' } })

    const [record] = await portal.readContacts([BigInt(id)], ['email', 'firstname', 'no_such_property'])

    expect(record).toMatchObject({ hubspotId: BigInt(id), properties: { email: 'ada@example.test', firstname: null } })
    expect(record?.properties).not.toHaveProperty('no_such_property')
    expect(record).not.toHaveProperty('unreadable')
  })

  it('B57: omits contacts that are deleted or unknown, even if all are', async () => {
    const { simulator, portal } = await openSimulatedPortal({ portals: [{ empty: true }] })
    const [kept, deleted] = ['a', 'b'].map((name) => simulator.portal().putContact({ properties: { firstname: name } }))
    simulator.portal().archiveContact(deleted ?? '')

    const records = await portal.readContacts([BigInt(kept ?? 0), BigInt(deleted ?? 0), 999_999n], ['firstname'])
    const none = await portal.readContacts([BigInt(deleted ?? 0), 999_999n], ['firstname'])

    expect(records.map(({ hubspotId }) => hubspotId)).toEqual([BigInt(kept ?? 0)])
    expect(none).toEqual([])
  })

  it('B59: returns a merged contact once, under its new id', async () => {
    const { simulator, portal } = await openSimulatedPortal({ portals: [{ empty: true }] })
    const [a = '', b = ''] = ['a', 'b'].map((name) =>
      simulator.portal().putContact({ properties: { firstname: name } }),
    )
    const merged = simulator.portal().mergeContacts(a, b)

    const records = await portal.readContacts([BigInt(a), BigInt(b)], ['firstname'])

    expect(records).toMatchObject([{ hubspotId: BigInt(merged), properties: { firstname: 'a' } }])
  })

  it('B53: flags records of an unexpected shape and returns the others', async () => {
    const { simulator, portal } = await openSimulatedPortal({ portals: [{ empty: true }] })
    const ids = ['a', 'b', 'c'].map((name) =>
      BigInt(simulator.portal().putContact({ properties: { firstname: name } })),
    )
    simulator.faults.add({ kind: 'wrong-shape', path: 'batch/read' })

    const records = await portal.readContacts(ids, ['firstname', 'email'])

    expect(records).toEqual([
      { hubspotId: ids[0], properties: {}, unreadable: 'HubSpot sent it without properties.' },
      { hubspotId: ids[1], properties: {}, unreadable: expect.stringContaining('that is not text') },
      { hubspotId: ids[2], properties: expect.objectContaining({ firstname: 'c', email: null }) },
    ])
  })

  it('sends no request for no ids', async () => {
    const { simulator, portal } = await openSimulatedPortal({ portals: [{ empty: true }] })

    expect(await portal.readContacts([], ['email'])).toEqual([])
    expect(simulator.requests.total).toBe(0)
  })
})

describe('readRecords', () => {
  const read = (body: object) => readRecords({ status: 207, headers: {}, body: Buffer.from(JSON.stringify(body)) })

  it('does not treat a contact that HubSpot failed on as deleted', () => {
    const errors = [
      { status: 'error', category: 'INTERNAL_ERROR', message: 'a shard is away', context: { ids: ['7'] } },
    ]

    expect(read({ results: [{ id: '8', properties: {} }], errors })).toEqual({
      found: [
        { hubspotId: 8n, properties: {} },
        { hubspotId: 7n, properties: {}, unreadable: 'HubSpot: a shard is away' },
      ],
      absent: new Set(),
      fault: null,
    })
  })

  it.each([
    ['without an id', { properties: {} }],
    ['with an invalid id', { id: 'x7', properties: {} }],
    ['with the values of another record', { id: '7', properties: { hs_object_id: '8' } }],
    ['that is null', null],
  ])('assigns a record %s to none of the contacts', (_name, result) => {
    expect(read({ results: [{ id: '9', properties: {} }, result] }).found).toEqual([{ hubspotId: 9n, properties: {} }])
  })

  it.each([
    [
      'contacts that are not found',
      { category: 'OBJECT_NOT_FOUND', context: { ids: ['7', 8] } },
      { absent: new Set([7n, 8n]), fault: null },
    ],
    ['no contact', { category: 'INTERNAL_ERROR', message: 'oops' }, { fault: { message: 'oops', isAbsence: false } }],
    ['no contact but says "not found"', { category: 'OBJECT_NOT_FOUND' }, { fault: { isAbsence: true } }],
    [
      'invalid ids',
      { category: 'INTERNAL_ERROR', message: 'oops', context: { ids: ['x'] } },
      { fault: { message: 'oops' } },
    ],
    ['nothing because it is null', null, { fault: { isAbsence: false } }],
  ])('understands an error that names %s', (_name, error, told) => {
    expect(read({ results: [], errors: [error] })).toMatchObject({ found: [], ...told })
  })

  it.each([
    ['no results', {}],
    ['results that are not a list', { results: 'none' }],
    ['nothing', null],
  ])('rejects an answer with %s', (_name, body) => {
    expect(() => read(body as object)).toThrow(HubSpotUnreadableError)
  })
})
