import { describe, expect, it } from 'vitest'
import { readCursor } from '../../src/hubspot/read-cursor.ts'

const link = (after: string) => `https://api.hubapi.com/crm/v3/objects/contacts?limit=10&after=${after}`

describe('a list ends only if HubSpot says so', () => {
  it.each([
    ['paging is missing', undefined],
    ['paging is null', null],
    ['next is missing', { prev: { before: 'MTAx' } }],
    ['next is null', { next: null }],
  ])('%s', (_name, paging) => {
    expect(readCursor(paging)).toEqual({ next: null })
  })
})

describe('a cursor is found', () => {
  it.each<[string, object, string]>([
    ['as text', { after: 'MTAx', link: link('MTAx') }, 'MTAx'],
    ['without a link', { after: 'MTAx' }, 'MTAx'],
    ['as a number', { after: 33452, link: link('33452') }, '33452'],
    ['as 0', { after: 0 }, '0'],
    ['in the link only', { link: link('33452') }, '33452'],
    ['in a relative link', { after: null, link: '?after=NTI1Cg%3D%3D' }, 'NTI1Cg=='],
    ['with URL encoding', { after: 'NTI1Cg%3D%3D', link: '?after=NTI1Cg%3D%3D' }, 'NTI1Cg%3D%3D'],
    ['next to a link without a cursor', { after: 'MTAx', link: 'https://api.hubapi.com/' }, 'MTAx'],
    ['next to an invalid link', { after: 'MTAx', link: 17 }, 'MTAx'],
  ])('%s', (_name, next, cursor) => {
    expect(readCursor({ next })).toEqual({ next: cursor })
  })
})

describe('an unreadable cursor is reported and does not end the list', () => {
  it.each<[string, unknown, RegExp]>([
    ['paging is a text', 'next', /^paging is a text$/],
    ['paging is a list', [], /^paging is a list$/],
    ['paging is false', false, /^paging is the boolean false$/],
    ['next is a text', { next: 'MTAx' }, /^paging\.next is a text$/],
    ['next is true', { next: true }, /^paging\.next is the boolean true$/],
    ['next is empty', { next: {} }, /^paging\.next has no cursor/],
    ['neither after nor link', { next: { after: '', link: 'https://api.hubapi.com/?limit=1' } }, /has no cursor/],
    ['after is an object', { next: { after: {}, link: link('MTAx') } }, /^paging\.next\.after is an object$/],
    ['after is a fraction', { next: { after: 1.5 } }, /1\.5/],
    ['after exceeds the safe integers', { next: { after: 2 ** 60 } }, /paging\.next\.after/],
    ['after and link differ', { next: { after: 'MTAx', link: link('MTAy') } }, /not the cursor of its link/],
  ])('%s', (_name, paging, odd) => {
    expect(readCursor(paging)).toEqual({ odd: expect.stringMatching(odd) })
  })
})
