import { describe, expect, it } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { eitherKind, givenEitherWithApi } from '../support/either-kind.ts'
import { storeCustomField } from '../support/graphql/set-up-mapping.ts'
import { globalId } from '../support/graphql/stored-rows.ts'

const ContactsWithKeys = graphql(`
  query ContactsWithKeys($filter: ContactFilter) {
    contacts(filter: $filter) { nodes { externalId customFields { key value } } }
  }
`)
const AccountsWithKeys = graphql(`
  query AccountsWithKeys($filter: AccountFilter) {
    accounts(filter: $filter) { nodes { externalId customFields { key value } } }
  }
`)
const UpdateContactKeys = graphql(`
  mutation UpdateContactKeys($id: ID!, $input: UpdateContactInput!) {
    updateContact(id: $id, input: $input) { __typename ... on UpdateContactPayload { contact { customFields { key value } } } }
  }
`)
const UpdateAccountKeys = graphql(`
  mutation UpdateAccountKeys($id: ID!, $input: UpdateAccountInput!) {
    updateAccount(id: $id, input: $input) { __typename ... on UpdateAccountPayload { account { customFields { key value } } } }
  }
`)

/** The keys that every object has, by itself or through its prototype. */
const keys = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__']

describe.each(eitherKind)('keys that every object has, of a %s', (objectType) => {
  const given = async () => {
    const one = await givenEitherWithApi(objectType)
    const { api, sync } = one
    const { workspaceId } = sync.viewer
    const mappings = []
    for (const key of keys) {
      await storeCustomField(api.database, workspaceId, key, 'STRING', { objectType })
      one.portal.putProperty(one.hubspotType, { name: key })
      mappings.push({ property: key, target: 'CUSTOM_FIELD' as const, customField: key })
    }
    const list = async (customFields: { key: string; text?: { eq: string }; isNull?: boolean }[] = []) => {
      const filter = { customFields }
      const { token } = sync
      const { errors, data } =
        objectType === 'CONTACT'
          ? await api.post(ContactsWithKeys, { filter }, { token })
          : await api.post(AccountsWithKeys, { filter }, { token })
      expect(errors).toEqual([])
      const nodes = data === null ? [] : 'contacts' in data ? data.contacts.nodes : data.accounts.nodes
      return nodes
        .map(({ externalId, customFields: values }) => [
          externalId,
          Object.fromEntries(values.map(({ key, value }) => [`of ${key}`, value])),
        ])
        .sort(([a], [b]) => Number(a) - Number(b))
    }
    const update = async (recordId: string, customFields: { key: string; value: unknown }[]) => {
      const { token } = sync
      const answer =
        objectType === 'CONTACT'
          ? await api.post(UpdateContactKeys, { id: globalId('Contact', recordId), input: { customFields } }, { token })
          : await api.post(UpdateAccountKeys, { id: globalId('Account', recordId), input: { customFields } }, { token })
      expect(answer.errors).toEqual([])
    }
    return { ...one, mappings, list, update }
  }
  const each = (value: (key: string) => unknown) => Object.fromEntries(keys.map((key) => [`of ${key}`, value(key)]))
  const values = (of: (key: string) => string | null) => Object.fromEntries(keys.map((key) => [key, of(key)]))

  it('B2, B34, B36: their values are synced, read, filtered, and cleared like any other', async () => {
    const { sync, put, setUp, mappings, list } = await given()
    const [full, empty] = [put(values((key) => `my ${key}`)), put({})]
    await setUp(mappings)

    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', created: 2 })
    expect(await list()).toEqual([
      [full, each((key) => `my ${key}`)],
      [empty, each(() => null)],
    ])
    for (const key of keys) {
      expect(await list([{ key, text: { eq: `my ${key}` } }])).toMatchObject([[full, {}]])
      expect(await list([{ key, isNull: true }])).toMatchObject([[empty, {}]])
    }
    expect(await sync.sync()).toMatchObject({ unchanged: 2 })

    put(
      values(() => null),
      full,
    )
    expect(await sync.sync()).toMatchObject({ updated: 1, unchanged: 1 })
    expect(await list()).toEqual([full, empty].map((id) => [id, each(() => null)]))
  })

  it('§10 HUBSPOT_FIELD_NOT_FOUND: while such a property does not exist, its field keeps its value', async () => {
    const { portal, hubspotType, sync, put, setUp, mappings, list } = await given()
    const id = put(values(() => 'before'))
    await setUp(mappings)
    await sync.sync()

    for (const key of keys) portal.archiveProperty(hubspotType, key)
    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', failed: 0, skipped: 0 })

    expect(await list()).toEqual([[id, each(() => 'before')]])
  })

  it('B42, B63: their values are changed by hand like any other', async () => {
    const { sync, put, setUp, stored, list, update } = await given()
    const id = put({})
    await setUp([])
    await sync.sync()
    const { id: recordId } = await stored(id)

    for (const key of keys) await update(recordId, [{ key, value: `hers: ${key}` }])
    expect(await list()).toEqual([[id, each((key) => `hers: ${key}`)]])
    await sync.sync()
    expect(await list()).toEqual([[id, each((key) => `hers: ${key}`)]])

    await update(
      recordId,
      keys.map((key) => ({ key, value: null })),
    )
    expect(await list()).toEqual([[id, each(() => null)]])
  })
})
