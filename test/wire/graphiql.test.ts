import { parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../src/schema/schema.ts'
import { examples } from '../../src/server/graphiql-examples.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'

test('a browser gets GraphiQL with the examples, and the page loads nothing from other servers', async () => {
  const api = await startTestApi()

  const page = await fetch(`${api.url}/graphql`, { headers: { accept: 'text/html' } })
  const html = await page.text()

  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toContain('text/html')
  for (const { query } of examples) expect(html).toContain(JSON.stringify(query).slice(1, -1))
  const head = html.slice(0, html.indexOf('</head>')).replace(/<style>.*<\/style>/s, '')
  expect(head).not.toMatch(/(src|href)="?https?:/)
  expect(html).not.toMatch(/<script[^>]+src=/)
})

test.for(examples)('the example is valid: $query', ({ query }) => {
  expect(validate(schema, parse(query))).toEqual([])
})
