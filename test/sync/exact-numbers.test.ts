import { describe, expect, it } from 'vitest'
import type { CreateContactInput } from '../../client/generated/graphql.ts'
import { graphql } from '../../client/generated/index.ts'
import { eitherKind, givenEither, givenEitherWithApi } from '../support/either-kind.ts'
import { postBody } from '../support/graphql/post.ts'

const Numbers = graphql(`
  query ExactNumbers($filter: ContactFilter) {
    contacts(filter: $filter, first: 100) { nodes { externalId customFields { value } } }
  }
`)
const Create = graphql(`
  mutation CreateWithNumber($input: CreateContactInput!) {
    createContact(input: $input) {
      __typename
      ... on CreateContactPayload { contact { customFields { value } } }
      ... on InvalidInputError { problems { path message } }
    }
  }
`)

/** HubSpot's value, and the resulting value; undefined for INVALID_VALUE. */
const numbers: [text: string, kept: number | undefined][] = [
  ['67340.0', 67340],
  ['1.2E3', 1200],
  ['0.1', 0.1],
  ['-0.30', -0.3],
  ['9007199254740991', 9007199254740991],
  ['9007199254740992', 9007199254740992],
  ['1e21', 1e21],
  ['1e300', 1e300],
  ['5e-324', 5e-324],
  ['9007199254740993', undefined],
  ['12345678901234567', undefined],
  ['0.30000000000000000001', undefined],
  ['1e400', undefined],
  ['1,234.50', undefined],
  ['1234;5678', undefined],
  ['NaN', undefined],
]

describe.each(eitherKind)('numbers of records that become a %s', (objectType) => {
  it("B34: a number is exactly HubSpot's, or INVALID_VALUE with the last value kept; a blank clears it", async () => {
    const { sync, put, setUp, mapped, stored, errors } = await givenEither(objectType)
    const before = '7'
    const ids = new Map(numbers.map(([text]) => [text, put({ [property(objectType)]: before })]))
    const field = await mapped(property(objectType), 'NUMBER')
    await setUp([field])
    await sync.sync()

    for (const [text, id] of ids) put({ [property(objectType)]: text }, id)
    const blank = put({ [property(objectType)]: ' ' })
    await sync.sync()

    for (const [text, kept] of numbers) {
      expect([text, (await stored(ids.get(text) ?? '')).customFields]).toEqual([
        text,
        { [field.customField]: kept ?? 7 },
      ])
    }
    expect((await stored(blank)).customFields).toEqual({})
    expect(await errors()).toHaveLength(numbers.filter(([, kept]) => kept === undefined).length)
  })
})

describe('numbers over GraphQL', () => {
  it('B34, B5: a number reads as in HubSpot, and is found by exactly that number', async () => {
    const { api, sync, put, setUp, mapped } = await givenEitherWithApi('CONTACT')
    const kept = numbers.flatMap(([text, value]) =>
      value === undefined ? [] : [{ value, id: put({ annual_spend: text }) }],
    )
    const { customField: key, ...mapping } = await mapped('annual_spend', 'NUMBER')
    await setUp([{ ...mapping, customField: key }])
    await sync.sync()

    const found = async (filter: { eq?: number; gte?: number; lte?: number; in?: number[] }) => {
      const given = { filter: { customFields: [{ key, number: filter }] } }
      const { data, errors } = await api.post(Numbers, given, { token: sync.token })
      expect(errors).toEqual([])
      return data?.contacts.nodes.map(({ externalId, customFields }) => [externalId, customFields[0]?.value])
    }
    for (const { value, id } of kept) {
      expect(await found({ eq: value })).toEqual([[id, value]])
      expect(await found({ in: [value] })).toEqual([[id, value]])
      expect(await found({ gte: value, lte: value })).toEqual([[id, value]])
    }
  })

  it('B34, B63: a number entered by hand that JSON cannot represent exactly is rejected, however it is sent', async () => {
    const { api, sync, mapped } = await givenEitherWithApi('CONTACT')
    const { customField: key } = await mapped('annual_spend', 'NUMBER')
    const create = async (value: unknown) => {
      const input: CreateContactInput = { name: 'Ann', customFields: [{ key, value }] }
      return (await api.post(Create, { input }, { token: sync.token })).data?.createContact
    }
    const refused = {
      __typename: 'InvalidInputError',
      problems: [{ path: ['customFields', '0', 'value'], message: expect.stringContaining('umber') }],
    }

    for (const value of [0.1, -0, 67340.5, 9007199254740991, 5e-324]) {
      expect(await create(value)).toEqual({
        __typename: 'CreateContactPayload',
        contact: { customFields: [{ value: value === 0 ? 0 : value }] },
      })
    }
    for (const value of ['12', true, 2 ** 53, -(2 ** 53), 1e21]) expect(await create(value)).toEqual(refused)
    // As a client writes it: JavaScript would have rounded or rejected it before sending.
    for (const literal of ['9007199254740993', '-9007199254740993', '1e400', '-1e400']) {
      const query = `mutation { createContact(input: { name: "Ann", customFields: [{ key: "${key}", value: ${literal} }] }) {
        __typename ... on InvalidInputError { problems { path message } } } }`
      const inline = await postBody<{ createContact: unknown }>(api.url, { query }, { token: sync.token })
      expect(inline.data?.createContact).toEqual(refused)
      const body = `{"query": ${JSON.stringify(Create.toString())}, "variables": {"input": {"name": "Ann", "customFields": [{"key": "${key}", "value": ${literal}}]}}}`
      const variable = await postBody<{ createContact: unknown }>(api.url, body, { token: sync.token })
      expect(variable.data?.createContact).toEqual(refused)
    }
  })

  it('B5: a filter with a number that is too large is INVALID_INPUT', async () => {
    const { api, sync, mapped } = await givenEitherWithApi('CONTACT')
    const { customField: key } = await mapped('annual_spend', 'NUMBER')
    for (const operator of ['eq: 1e400', 'in: [1e400]', 'gt: -1e400', 'lte: 1e400']) {
      const query = `{ contacts(filter: { customFields: [{ key: "${key}", number: { ${operator} } }] }) { totalCount } }`
      const { errors } = await postBody(api.url, { query }, { token: sync.token })
      expect(errors.map(({ extensions }) => extensions?.code)).toEqual(['INVALID_INPUT'])
    }
  })
})

const property = (objectType: 'CONTACT' | 'ACCOUNT') =>
  objectType === 'CONTACT' ? 'annual_spend' : 'numberofemployees'
