import { getIntrospectionQuery } from 'graphql'
import { expect, test } from 'vitest'
import { postBody } from '../support/graphql/post.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'

const page = (url: string) => fetch(`${url}/graphql`, { headers: { accept: 'text/html' } })

test('a client can query the whole schema', async () => {
  const api = await startTestApi()
  const { token } = await api.createWorkspace()

  const { errors, data } = await postBody(api.url, { query: getIntrospectionQuery() }, { token })

  expect(errors).toEqual([])
  expect(data).toMatchObject({ __schema: { queryType: { name: 'Query' } } })
})

test('if the operator turns introspection off, the schema cannot be read, neither as a whole nor through suggestions', async () => {
  const api = await startTestApi({ options: { introspection: false } })
  const { token } = await api.createWorkspace()

  const whole = await postBody(api.url, { query: getIntrospectionQuery() }, { token })
  const guessed = await postBody(api.url, { query: '{ viewer { rol } }' }, { token })
  const typename = await postBody(api.url, { query: '{ viewer { __typename } }' }, { token })

  expect(whole).toMatchObject({ status: 422, data: null })
  expect(guessed.errors[0]?.message).toBe('Cannot query field "rol" on type "Viewer".')
  expect(typename.data).toEqual({ viewer: { __typename: 'Viewer' } })
  expect(await (await page(api.url)).text()).not.toContain('<html')
})
