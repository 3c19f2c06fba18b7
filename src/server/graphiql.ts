import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Answer } from './answer.ts'
import { examples } from './graphiql-examples.ts'

/** GraphiQL with one example per tab. The options are part of the page, so they must not contain secrets. */
const options = {
  title: 'HubSpot contact sync',
  headers: '{ "authorization": "Bearer hcs_YOUR_TOKEN" }',
  defaultTabs: examples.map(({ query, variables = {} }) => ({
    query,
    variables: JSON.stringify(variables, null, 2),
    headers: '{ "authorization": "Bearer hcs_YOUR_TOKEN" }',
  })),
}

/** True for a browser that opens a page, false for a program that requests data. */
export function asksForPage({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  return method === 'GET' && (headers.accept ?? '').toLowerCase().includes('text/html')
}

interface Page {
  readonly html: Buffer
  readonly compressed: Buffer
  readonly etag: string
}

let page: Promise<Page> | undefined

/**
 * Serves the page with all its scripts, so that it works without internet access. Browsers cache it and revalidate it by
 * ETag. Other sites cannot show it in a frame.
 */
export async function answerGraphiQL({ headers }: Pick<IncomingMessage, 'headers'>): Promise<Answer> {
  page ??= renderPage()
  const { html, compressed, etag } = await page
  const shared = {
    etag,
    'cache-control': 'private, max-age=3600',
    vary: 'Accept, Accept-Encoding',
    'x-frame-options': 'DENY',
    'content-security-policy': "frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
  }
  if (headers['if-none-match'] === etag) return { status: 304, headers: shared, body: '' }
  const isCompressed = /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''))
  const body = isCompressed ? compressed : html
  return {
    status: 200,
    headers: {
      ...shared,
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(body.length),
      ...(isCompressed && { 'content-encoding': 'gzip' }),
    },
    body,
  }
}

async function renderPage(): Promise<Page> {
  // Imported on demand: it takes nine megabytes, and most processes never need it.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  const html = Buffer.from(renderGraphiQL(options))
  const compressed = await promisify(gzip)(html)
  return { html, compressed, etag: `"${createHash('sha256').update(html).digest('base64url')}"` }
}
