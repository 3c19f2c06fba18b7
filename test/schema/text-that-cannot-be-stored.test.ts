import { expect, test } from 'vitest'
import { postBody } from '../support/graphql/post.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'

const api = await startTestApi()
const { token } = await api.createWorkspace()

const inputs: readonly [what: string, query: string][] = [
  ['a handle', 'query ($x: String!) { contact(by: { handle: { source: EMAIL, value: $x } }) { id } }'],
  ['an external id', 'query ($x: String!) { contact(by: { externalId: $x }) { id } }'],
  ['several external ids', 'query ($x: String!) { contactsByExternalId(externalIds: ["1", $x]) { id } }'],
  ['a domain', 'query ($x: String!) { account(by: { domain: $x }) { id } }'],
  ['an id', 'query ($x: ID!) { node(id: $x) { id } }'],
  ['a cursor', 'query ($x: String!) { contacts(after: $x) { totalCount } }'],
  ['a suggestion', 'query ($x: String!) { contactSuggestions(query: $x) { id } }'],
  ['a list', 'mutation ($x: String!) { updateSyncSettings(input: { listId: $x }) { __typename } }'],
  ['a search of lists', 'query ($x: String!) { hubspotLists(query: $x) { totalCount } }'],
  ["a token's name", 'mutation ($x: String!) { createApiToken(input: { name: $x }) { __typename } }'],
  [
    "a field's name",
    'mutation ($x: String!) { createCustomField(input: { objectType: CONTACT, type: STRING, name: $x }) { __typename } }',
  ],
  ['a key for repeated calls', 'mutation ($x: String!) { startSync(clientMutationId: $x) { __typename } }'],
  [
    'a value of a custom field',
    'mutation ($x: JSON!) { createContact(input: { customFields: [{ key: "a", value: $x }] }) { __typename } }',
  ],
]
const texts = ['\0', 'a\0b', '\ud800', 'a\udfff']

test.for(inputs)('NUL and half a surrogate pair are rejected in %s', async ([_what, query]) => {
  for (const x of texts) {
    const { status, data, errors } = await postBody(api.url, { query, variables: { x } }, { token })

    expect({ status, data, codes: errors.map(({ extensions }) => extensions?.code) }).toEqual({
      status: 422,
      data: null,
      codes: ['BAD_USER_INPUT'],
    })
  }
})

test('NUL is also rejected in documents and in JSON keys', async () => {
  const inDocument = await postBody(api.url, { query: '{ contact(by: { externalId: "\\u0000" }) { id } }' }, { token })
  const query =
    'mutation ($x: JSON!) { createContact(input: { customFields: [{ key: "a", value: $x }] }) { __typename } }'
  const asKey = await postBody(api.url, { query, variables: { x: { a: [{ '\0': 1 }] } } }, { token })

  expect(inDocument).toMatchObject({ status: 422, data: null, errors: [{ extensions: { code: expect.any(String) } }] })
  expect(asKey).toMatchObject({ status: 422, data: null, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
})

test('a cursor that contains NUL is not a cursor', async () => {
  const cursor = Buffer.from(JSON.stringify(['NAME', 'a\0', '01a20aca-c8f9-7289-af08-0ab22d452768'])).toString(
    'base64url',
  )
  const query = 'query ($after: String) { contacts(after: $after, orderBy: { field: NAME }) { totalCount } }'

  const { errors } = await postBody(api.url, { query, variables: { after: cursor } }, { token })

  expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', problems: [{ path: ['after'] }] } }])
})
