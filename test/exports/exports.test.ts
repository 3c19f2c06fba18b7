import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { newId } from '../../src/database/new-id.ts'
import { openExportLinks } from '../../src/exports/export-links.ts'
import { removeMember } from '../../src/workspaces/manage-members.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact, storeError } from '../support/graphql/stored-rows.ts'
import { waitFor } from '../support/wait-for.ts'

const ExportContacts = graphql(`
  mutation ExportContacts($filter: ContactFilter, $format: ExportFormat!) {
    exportContacts(filter: $filter, format: $format) {
      __typename
      ... on ExportContactsPayload { url expiresAt }
      ... on UserError { code message }
    }
  }
`)
const ExportErrors = graphql(`
  mutation ExportErrors($filter: SyncErrorFilter, $format: ExportFormat!) {
    exportSyncErrors(filter: $filter, format: $format) {
      __typename
      ... on ExportSyncErrorsPayload { url expiresAt }
      ... on UserError { code message }
    }
  }
`)

const api = await startTestApi({ options: { recheckSessionsMs: 0 } })

/** The link on the test's own address instead of the public one. */
function here(url: string): string {
  return api.url.replace(/\/graphql$/, '').replace(/\/$/, '') + new URL(url).pathname
}

async function contactsLink(token: string, format: 'JSONL' | 'CSV', filter?: object): Promise<string> {
  const { data } = await api.post(ExportContacts, { format, filter }, { token })
  const result = data?.exportContacts
  if (result?.__typename !== 'ExportContactsPayload') throw new Error(JSON.stringify(result))
  return here(result.url)
}

test('B7 B8: a member exports the contacts that they can see, with handles, account, and custom fields', async () => {
  const { workspaceId, userId, token } = await api.createWorkspace()
  const { prisma } = api.database
  await prisma.customField.create({
    data: { id: newId(), workspaceId, objectType: 'CONTACT', key: 'city', name: 'City', type: 'STRING' },
  })
  const accountId = newId()
  await prisma.account.create({ data: { id: accountId, workspaceId, name: 'Acme, Inc.' } })
  const ada = await storeContact(api.database, workspaceId, {
    name: '=Ada',
    hubspotId: 1001n,
    email: 'ada@x.example',
    customFields: { city: 'Köln' },
  })
  await prisma.contact.update({ where: { id: ada }, data: { accountId } })
  await storeContact(api.database, workspaceId, { name: 'Mine', privateOwnerId: userId })
  await storeContact(api.database, workspaceId, { name: 'Hidden', privateOwnerId: newId() })
  await storeContact(api.database, (await api.createWorkspace()).workspaceId, { name: 'Stranger' })

  const jsonl = await fetch(await contactsLink(token, 'JSONL'))
  const csv = await fetch(await contactsLink(token, 'CSV', { name: { contains: 'ada' } }))

  const lines = (await jsonl.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(jsonl.headers.get('content-type')).toContain('application/x-ndjson')
  expect(lines.map(({ name }) => name)).toEqual(['=Ada', 'Mine'])
  expect(lines[0]).toMatchObject({
    id: globalId('Contact', ada),
    externalId: '1001',
    handles: [{ source: 'EMAIL', value: 'ada@x.example' }],
    account: { id: globalId('Account', accountId), name: 'Acme, Inc.' },
    customFields: { city: 'Köln' },
  })
  const [header, first, end] = (await csv.text()).split('\r\n')
  expect(csv.headers.get('content-disposition')).toBe('attachment; filename="contacts.csv"')
  expect(header).toMatch(/^id,externalId,name,.*,customFields\.city$/)
  expect(first).toContain(`1001,'=Ada,`)
  expect(first).toContain('"Acme, Inc."')
  expect(first?.endsWith(',Köln')).toBe(true)
  expect(end).toBe('')
})

test('B19: admins export sync errors, members do not, and both exports are in the audit log without the filter', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const member = await api.createUser(workspaceId, 'MEMBER')
  await storeError(api.database, workspaceId, { hubspotId: 7n, property: 'email' })
  await storeError(api.database, workspaceId, { hubspotId: 8n, status: 'RESOLVED' })

  const refused = await api.post(ExportErrors, { format: 'JSONL' }, { token: member.token })
  const { data } = await api.post(ExportErrors, { format: 'JSONL', filter: { property: 'email' } }, { token })
  if (data?.exportSyncErrors?.__typename !== 'ExportSyncErrorsPayload') throw new Error(JSON.stringify(data))
  const text = await (await fetch(here(data.exportSyncErrors.url))).text()

  expect(refused.data?.exportSyncErrors).toMatchObject({ code: 'FORBIDDEN' })
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([{ hubspotId: '7', type: 'MISSING_HANDLE', status: 'OPEN' }])
  const entries = await api.database.prisma.auditEntry.findMany({ where: { workspaceId } })
  expect(entries).toMatchObject([{ action: 'ERRORS_EXPORTED', details: { format: 'JSONL' } }])
})

test('a mistake in the filter is reported by the mutation', async () => {
  const { token } = await api.createWorkspace()
  const tooMany = Array.from({ length: 101 }, (_, index) => String(index))

  const { data } = await api.post(ExportContacts, { format: 'CSV', filter: { name: { in: tooMany } } }, { token })

  expect(data?.exportContacts).toMatchObject({ code: 'INVALID_INPUT' })
})

test('a link that was altered, is too old, or was made for something else opens nothing', async () => {
  const { workspaceId, userId, organizationId, token } = await api.createWorkspace()
  const url = await contactsLink(token, 'CSV')
  const viewer = { workspaceId, userId, organizationId, plan: 'GROWTH', role: 'WORKSPACE_ADMIN' } as const
  const past = openExportLinks(api.connection.encryption, 'http://x.example', () => new Date(Date.now() - 301_000))
  const old = past.issue(viewer, { kind: 'contacts', filter: {}, format: 'CSV' })
  const other = `${here('http://x.example/exports/')}${workspaceId}.${api.connection.encryption.encrypt('x', workspaceId)}`
  const strangers = url.replace(workspaceId, (await api.createWorkspace()).workspaceId)

  const statuses = await Promise.all(
    [url, `${url.slice(0, -3)}AAA`, here(old.url), other, strangers].map(async (link) => {
      const response = await fetch(link)
      await response.body?.cancel()
      return response.status
    }),
  )

  expect(statuses).toEqual([200, 404, 404, 404, 404])
})

/** Opens a download of more contacts than fit into the buffers of the sockets, and reads its beginning. */
async function givenLargeDownload() {
  const { workspaceId } = await api.createWorkspace()
  const member = await api.createUser(workspaceId, 'MEMBER')
  await api.database.pool.query(
    `INSERT INTO contact (id, workspace_id, name, description)
     SELECT gen_random_uuid(), $1, 'c', repeat('x', 4000) FROM generate_series(1, 8000)`,
    [workspaceId],
  )
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    contactsLink(member.token, 'JSONL').then((link) => get(link, resolve).on('error', reject), reject)
  })
  return { workspaceId, userId: member.userId, response }
}

test('B20: a download ends without its end when the viewer loses access, and goes no faster than its reader until then', async () => {
  const { workspaceId, userId, response } = await givenLargeDownload()
  response.pause()
  await waitFor(() => response.socket.bytesRead > 0)

  await removeMember(api.database, null, workspaceId, userId)
  let size = 0
  response.on('data', (chunk: Buffer) => {
    size += chunk.length
  })
  response.resume()
  const [error] = await once(response, 'error')

  expect(error).toMatchObject({ code: 'ECONNRESET' })
  // All of them are 32 MB: the server had not read ahead.
  expect(size).toBeLessThan(16_000_000)
})
